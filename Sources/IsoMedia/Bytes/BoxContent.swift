/// The content of a box, or a part of it: big-endian fields, every access checked.
///
/// Shares the bytes of the `moov` box that it was cut from.
package struct BoxContent: Hashable, Sendable {
    private let storage: [UInt8]
    /// Where it lies in the bytes it was cut from.
    let range: Range<Int>

    /// Content that consists of all these bytes.
    package init(_ bytes: [UInt8]) {
        self.storage = bytes
        self.range = bytes.indices
    }

    private init(_ storage: [UInt8], _ range: Range<Int>) {
        self.storage = storage
        self.range = range
    }

    /// The length in bytes.
    package var count: Int { self.range.count }

    /// A copy of the bytes.
    package var bytes: [UInt8] { Array(self.storage[self.range]) }

    func u8(_ offset: Int) throws(IsoMediaFault) -> UInt8 { UInt8(try self.number(offset, width: 1)) }

    func u16(_ offset: Int) throws(IsoMediaFault) -> UInt16 { UInt16(try self.number(offset, width: 2)) }

    func u32(_ offset: Int) throws(IsoMediaFault) -> UInt32 { UInt32(try self.number(offset, width: 4)) }

    func u64(_ offset: Int) throws(IsoMediaFault) -> UInt64 { try self.number(offset, width: 8) }

    func fourCC(_ offset: Int) throws(IsoMediaFault) -> FourCC { FourCC(rawValue: try self.u32(offset)) }

    /// Everything from `offset` on.
    func dropping(_ offset: Int) throws(IsoMediaFault) -> BoxContent {
        guard offset >= 0, offset <= self.count else { throw Self.short }
        return BoxContent(self.storage, self.range.lowerBound + offset..<self.range.upperBound)
    }

    /// The header of the box that begins here; nil for fewer than 8 bytes.
    func boxHeader() throws(BoxHeader.Flaw) -> BoxHeader? {
        try BoxHeader(self.storage.span.extracting(self.range))
    }

    func part(_ offset: Int, count: Int) throws(IsoMediaFault) -> BoxContent {
        guard offset >= 0, count >= 0, offset <= self.count - count else { throw Self.short }
        let start = self.range.lowerBound + offset
        return BoxContent(self.storage, start..<start + count)
    }

    private func number(_ offset: Int, width: Int) throws(IsoMediaFault) -> UInt64 {
        guard offset >= 0, offset <= self.count - width else { throw Self.short }
        var value: UInt64 = 0
        let start = self.range.lowerBound + offset
        for index in start..<start + width { value = value << 8 | UInt64(self.storage[index]) }
        return value
    }

    private static var short: IsoMediaFault { .damaged("a box ends too early") }
}
