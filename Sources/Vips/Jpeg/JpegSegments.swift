/// The segments of a JPEG up to its first scan, that one included (ISO/IEC 10918-1 annex B.1).
struct JpegSegments: Sequence, IteratorProtocol {
    struct Segment {
        var marker: UInt8
        /// Behind its length.
        var content: Range<Int>
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 2
    private var isAtEnd = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func next() -> Segment? {
        while !self.isAtEnd, self.bytes.count - self.offset >= 4, self.bytes[self.offset] == 0xFF {
            let marker = self.bytes[self.offset + 1]
            if marker == 0xFF {
                self.offset += 1
                continue
            }
            let length = Int(self.bytes[self.offset + 2]) << 8 | Int(self.bytes[self.offset + 3])
            guard length >= 2, marker != 0xD9, self.offset + 2 + length <= self.bytes.count else { return nil }
            let content = self.offset + 4..<self.offset + 2 + length
            self.offset = content.upperBound
            self.isAtEnd = marker == 0xDA
            return Segment(marker: marker, content: content)
        }
        return nil
    }
}

extension JpegSegments {
    /// The colour profile, put together from its parts (ICC.1:2010 annex B.4); nil where there is none, or one is missing.
    static func profile(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var parts: [Int: Range<Int>] = [:]
        var count = 0
        for segment in Self(bytes) where segment.marker == 0xE2 && segment.content.count > 14 {
            guard bytes[segment.content].starts(with: Array("ICC_PROFILE\0".utf8)) else { continue }
            let start = segment.content.lowerBound
            parts[Int(bytes[start + 12])] = start + 14..<segment.content.upperBound
            count = Int(bytes[start + 13])
        }
        guard count > 0, (1...count).allSatisfy({ parts[$0] != nil }) else { return nil }
        return (1...count).flatMap { parts[$0].map { Array(bytes[$0]) } ?? [] }
    }

    /// EXIF's orientation (Exif 2.32 section 4.6.4): 1...8.
    static func orientation(_ bytes: UnsafeRawBufferPointer) -> Int {
        for segment in Self(bytes) where segment.marker == 0xE1 {
            guard bytes[segment.content].starts(with: Array("Exif\0\0".utf8)) else { continue }
            let exif = UnsafeRawBufferPointer(rebasing: bytes[segment.content.dropFirst(6)])
            return TiffDirectory(exif)?.orientation ?? 1
        }
        return 1
    }
}
