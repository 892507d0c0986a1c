/// The first bytes of a file as a text: without its byte order mark, and with one byte for a character of UTF-16.
struct TextPrefix: Hashable {
    /// Only ASCII matters here; any other character of UTF-16 is a byte that matches nothing.
    let bytes: [UInt8]

    /// UTF-16 is recognised by its byte order mark.
    init(_ prefix: some Collection<UInt8>) {
        var bytes = Array(prefix)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            bytes.removeFirst(3)
        } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let low = bytes[0] == 0xFF ? 0 : 1
            bytes = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
                bytes[index + 1 - low] == 0 ? bytes[index + low] : 0xFF
            }
        }
        self.bytes = bytes
    }

    /// With ASCII letters as small ones.
    var lowercased: [UInt8] {
        self.bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { self.bytes.starts(with: $0) }
    }

    /// Up to `count` lines, without what ends them and the white space around them.
    func lines(upTo count: Int) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = self.bytes[...]
        while lines.count < count, !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
            rest = rest[line.endIndex...]
            rest = rest.dropFirst(rest.starts(with: [0x0D, 0x0A]) ? 2 : 1)
            let start = line.drop { $0 == 0x20 || $0 == 0x09 }
            lines.append(start[..<((start.lastIndex { $0 != 0x20 && $0 != 0x09 }).map { $0 + 1 } ?? start.startIndex)])
        }
        return lines
    }
}
