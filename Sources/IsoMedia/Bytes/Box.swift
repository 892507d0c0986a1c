/// A box (ISO/IEC 14496-12 section 4.2), an atom in QuickTime's words, in memory.
struct Box: Hashable, Sendable {
    var type: FourCC
    /// The box with its head.
    var whole: BoxContent
    var content: BoxContent
}

extension BoxContent {
    /// A box in memory takes seven times the room of the smallest one in a file.
    private static let maximumBoxes = 10_000

    /// The boxes that lie one after the other from `offset` to the end.
    ///
    /// Fewer than 8 bytes at the end are no box: QuickTime ends `udta` with four zeros.
    func boxes(from offset: Int = 0) throws(IsoMediaFault) -> [Box] {
        var boxes: [Box] = []
        var position = offset
        while self.count - position >= 8 {
            let type = try self.fourCC(position + 4)
            let size: Int
            var head = 8
            switch try self.u32(position) {
            case 0: size = self.count - position
            case 1:
                head = 16
                size = Int(clamping: try self.u64(position + 8))
            case let small: size = Int(small)
            }
            guard size >= head, size <= self.count - position else { throw .damaged("the size of box \(type)") }
            guard boxes.count < Self.maximumBoxes else { throw .tooComplex("more than \(Self.maximumBoxes) boxes") }
            let whole = try self.part(position, count: size)
            boxes.append(Box(type: type, whole: whole, content: try whole.dropping(head)))
            position += size
        }
        return boxes
    }
}

extension [Box] {
    /// The first box of a type.
    subscript(_ type: FourCC) -> BoxContent? { self.first { $0.type == type }?.content }

    /// The first box of a type, which must be there.
    func required(_ type: FourCC) throws(IsoMediaFault) -> BoxContent {
        guard let content = self[type] else { throw .damaged("no \(type) box") }
        return content
    }
}
