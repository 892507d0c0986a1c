import MediaCore

/// Reads a whole file once and tells whether it is a text, in which encoding, and whether it is JSON or a table throughout.
///
/// What a text is about cannot be told from its bytes, and its first bytes say nothing of the rest: a browser that is told UTF-8 shows
/// replacement signs for a single byte of another encoding at its end.
struct TextScan: Hashable {
    enum Encoding: Hashable {
        case utf8
        /// With its byte order mark.
        case utf16
        /// One of many that cannot be told apart: Windows-1252, KOI8-R, Shift_JIS, ...
        case legacy
        /// So much text that the rest was not read.
        case unknown
    }

    var encoding: Encoding
    /// Holds control characters that nobody types; a text only if nothing else explains them.
    var hasOddControls = false
    /// One value from the first byte to the last.
    var isJSON = false
    /// `text/csv`, `text/tab-separated-values`.
    var table: String?

    private static let pieceBytes = 1 << 20
    /// A text of this size is read in a few seconds. Of a longer one the beginning speaks for the rest, and its encoding is not known.
    private static let maximumBytes: Int64 = 4 << 30

    /// Nil for what is no text: a NUL, or control characters in what is not UTF-8.
    static func scan(_ source: some ByteSource, prefix: [UInt8]) throws(ContainerFault) -> TextScan? {
        guard !prefix.isEmpty else { return nil }
        if prefix.starts(with: [0xFF, 0xFE]) || prefix.starts(with: [0xFE, 0xFF]) {
            var units = Utf16Progress(isLittleEndian: prefix[0] == 0xFF)
            guard try Self.read(source, { $0.allSatisfy { units.take($0) } }) else { return nil }
            return units.isWhole ? TextScan(encoding: .utf16) : nil
        }
        guard !prefix.contains(0) else { return nil }
        let start = prefix.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var bytes = TextBytes(head: prefix[start...], skipping: start)
        guard try Self.read(source, { bytes.take($0) }) else { return nil }
        guard source.length <= Self.maximumBytes else {
            return TextScan(encoding: .unknown, hasOddControls: bytes.hasOddControls)
        }
        return bytes.result
    }

    /// False where `body` stopped it.
    private static func read(
        _ source: some ByteSource,
        _ body: (borrowing [UInt8]) -> Bool
    ) throws(ContainerFault) -> Bool {
        var offset: Int64 = 0
        while offset < min(source.length, Self.maximumBytes) {
            let piece = try source.read(at: offset, count: Self.pieceBytes)
            if piece.isEmpty { break }
            guard body(piece) else { return false }
            offset += Int64(piece.count)
        }
        return true
    }
}

/// UTF-16 in pieces: no NUL, no control characters that nobody types, every surrogate in its pair.
private struct Utf16Progress {
    let isLittleEndian: Bool
    private var first: UInt8?
    private var isBehindHighSurrogate = false

    init(isLittleEndian: Bool) { self.isLittleEndian = isLittleEndian }

    var isWhole: Bool { self.first == nil && !self.isBehindHighSurrogate }

    mutating func take(_ byte: UInt8) -> Bool {
        guard let first else {
            self.first = byte
            return true
        }
        self.first = nil
        let unit = self.isLittleEndian ? UInt16(byte) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(byte)
        let isLow = (0xDC00...0xDFFF).contains(unit)
        guard isLow == self.isBehindHighSurrogate else { return false }
        self.isBehindHighSurrogate = (0xD800...0xDBFF).contains(unit)
        return unit >= 0x20 || TextBytes.isTyped(UInt8(unit))
    }
}
