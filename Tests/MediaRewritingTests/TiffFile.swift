import Testing

/// Makes TIFF files: of 16 x 16 grey pixels a page, in both byte orders, with offsets of four or of eight bytes.
struct TiffFile {
    struct Layout: Sendable, CustomTestStringConvertible {
        var isLittle: Bool
        var isBig: Bool
        var testDescription: String { (self.isLittle ? "II" : "MM") + (self.isBig ? " BigTIFF" : "") }
    }

    /// A tag's value: bytes as they stand in the file, and how many of which kind they are.
    struct Value {
        var kind: Int
        var count: Int
        var bytes: [UInt8]
    }

    let layout: Layout
    private(set) var bytes: [UInt8]
    /// Where the offset of the next directory belongs.
    private var link: Int

    static let width = 16
    static let pixels: [UInt8] = (0..<256).map { UInt8($0) }

    init(_ layout: Layout) {
        self.layout = layout
        self.bytes = Array((layout.isLittle ? "II" : "MM").utf8)
        self.link = layout.isBig ? 8 : 4
        self.bytes += layout.isBig ? self.number(43, 2) + self.number(8, 2) + self.number(0, 2) : self.number(42, 2)
        self.bytes += self.number(0, layout.isBig ? 8 : 4)
    }

    func number(_ value: Int, _ width: Int) -> [UInt8] {
        let bytes = stride(from: 0, to: 8 * width, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
        return self.layout.isLittle ? bytes : bytes.reversed()
    }

    func short(_ values: Int...) -> Value {
        Value(kind: 3, count: values.count, bytes: values.flatMap { self.number($0, 2) })
    }

    func long(_ values: Int...) -> Value {
        Value(kind: 4, count: values.count, bytes: values.flatMap { self.number($0, 4) })
    }

    func rational(_ values: (Int, Int)...) -> Value {
        Value(kind: 5, count: values.count, bytes: values.flatMap { self.number($0.0, 4) + self.number($0.1, 4) })
    }

    static func text(_ text: String) -> Value { Value(kind: 2, count: text.utf8.count + 1, bytes: text.utf8 + [0]) }

    static func undefined(_ bytes: [UInt8]) -> Value { Value(kind: 7, count: bytes.count, bytes: bytes) }

    /// Puts bytes at the end, at an even place.
    mutating func append(_ bytes: [UInt8]) -> Int {
        if self.bytes.count % 2 == 1 { self.bytes.append(0) }
        defer { self.bytes += bytes }
        return self.bytes.count
    }

    /// A directory with its values. Returns where it is.
    mutating func directory(_ entries: [Int: Value]) -> Int {
        let width = self.layout.isBig ? 8 : 4
        var table = self.number(entries.count, self.layout.isBig ? 8 : 2)
        for (tag, value) in entries.sorted(by: { $0.key < $1.key }) {
            table += self.number(tag, 2) + self.number(value.kind, 2) + self.number(value.count, width)
            if value.bytes.count <= width {
                table += value.bytes + [UInt8](repeating: 0, count: width - value.bytes.count)
            } else {
                table += self.number(self.append(value.bytes), width)
            }
        }
        return self.append(table + self.number(0, width))
    }

    /// A page in the chain, of four strips.
    mutating func page(_ more: [Int: Value] = [:], pixels: [UInt8] = TiffFile.pixels) {
        let place = self.append(pixels)
        let strips = (0..<4).map { place + 64 * $0 }
        var entries: [Int: Value] = [
            256: self.short(16), 257: self.short(16), 258: self.short(8), 259: self.short(1), 262: self.short(1),
            273: self.long(strips[0], strips[1], strips[2], strips[3]), 277: self.short(1), 278: self.short(4),
            279: self.long(64, 64, 64, 64), 282: self.rational((72, 1)), 283: self.rational((72, 1)),
            296: self.short(2),
        ]
        entries.merge(more) { $1 }
        let start = self.directory(entries)
        let width = self.layout.isBig ? 8 : 4
        self.bytes.replaceSubrange(self.link..<self.link + width, with: self.number(start, width))
        let count = entries.count
        self.link = start + (self.layout.isBig ? 8 + 20 * count : 2 + 12 * count)
    }

    /// What cameras and programs write beside the picture.
    mutating func privateEntries() -> [Int: Value] {
        let maker = self.append(Array("SECRET maker notes behind the table".utf8))
        let position = self.directory([
            1: Self.text("N"), 2: self.rational((52, 1), (31, 1), (12, 1)), 3: Self.text("E"),
            4: self.rational((13, 1), (24, 1), (18, 1)), 29: Self.text("2026:11:30"),
        ])
        let exif = self.directory([
            36867: Self.text("2026:11:30 10:00:00"), 42033: Self.text("SECRET serial"),
            42032: Self.text("SECRET owner"),
            37500: Self.undefined(Array("SECRET".utf8) + self.number(maker, 4)),
        ])
        return [
            270: Self.text("SECRET description"), 271: Self.text("SECRET maker"), 272: Self.text("SECRET model"),
            305: Self.text("SECRET program"), 306: Self.text("2026:11:30 10:00:00"), 315: Self.text("SECRET artist"),
            316: Self.text("SECRET computer"), 700: Self.undefined(Array("<x:xmpmeta>SECRET</x:xmpmeta>".utf8)),
            33432: Self.text("SECRET"), 33723: Self.undefined(Array("\u{1C}\u{02}\u{78}\0\u{06}SECRET".utf8)),
            34377: Self.undefined(Array("8BIM SECRET".utf8)), 34665: self.long(exif), 34853: self.long(position),
            37724: Self.undefined(Array("SECRET layers".utf8)), 42016: Self.text("SECRET id"),
            42112: Self.text("<GDALMetadata>SECRET</GDALMetadata>"),
        ]
    }
}
