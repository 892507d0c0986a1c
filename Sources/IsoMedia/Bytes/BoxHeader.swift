/// The beginning of a box (ISO/IEC 14496-12 section 4.2), an atom in QuickTime's words: its type and its size.
///
/// The one reader of box headers: of boxes in memory (``Box``), of boxes in a file (``FileBox``), and of the inspection, which
/// follows a file as far as it holds together.
package struct BoxHeader: Hashable, Sendable {
    /// Why there is no box where one begins.
    package enum Flaw: Error, Hashable, Sendable {
        /// Its header is cut off.
        case truncated(FourCC)
        /// It says that it is smaller than its header, or ends where no file does.
        case size(FourCC)

        /// The type of the box.
        package var type: FourCC {
            switch self {
            case .truncated(let type), .size(let type): type
            }
        }
    }

    /// The longest header, in bytes.
    package static let maximumBytes = 16

    /// The type of the box.
    package var type: FourCC
    /// The size of the header itself: 8 bytes, or 16 with a size of 64 bits.
    package var bytes: Int
    /// The size of the box with its header; nil where it reaches to the end of what holds it.
    package var size: Int64?

    /// - Parameter bytes: from the beginning of the box on: ``maximumBytes``, or what there is.
    /// - Returns: nil for fewer than 8 bytes, which are no box: QuickTime ends `udta` with four zeros.
    package init?(_ bytes: Span<UInt8>) throws(Flaw) {
        guard bytes.count >= 8 else { return nil }
        self.type = FourCC(rawValue: UInt32(truncatingIfNeeded: Self.number(bytes, 4..<8)))
        self.bytes = 8
        switch Self.number(bytes, 0..<4) {
        case 0: self.size = nil
        case 1:
            guard bytes.count >= Self.maximumBytes else { throw .truncated(self.type) }
            self.bytes = 16
            guard let size = Int64(exactly: Self.number(bytes, 8..<16)) else { throw .size(self.type) }
            self.size = size
        case let size: self.size = Int64(size)
        }
        if let size = self.size, size < self.bytes { throw .size(self.type) }
    }

    /// Where the box with this header lies.
    ///
    /// - Parameters:
    ///   - offset: where it begins.
    ///   - limit: the end of what holds it. The box may say that it ends behind it: that is the caller's to judge.
    package func box(at offset: Int64, limit: Int64) throws(Flaw) -> FileBox {
        let content = offset + Int64(self.bytes)
        guard let size = self.size else { return FileBox(type: self.type, start: offset, content: content, end: limit) }
        let (end, overflow) = offset.addingReportingOverflow(size)
        guard !overflow else { throw .size(self.type) }
        return FileBox(type: self.type, start: offset, content: content, end: end)
    }

    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for index in range { value = value << 8 | UInt64(bytes[index]) }
        return value
    }
}
