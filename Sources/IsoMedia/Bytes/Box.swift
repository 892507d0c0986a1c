/// A box in memory.
struct Box: Hashable, Sendable {
    var type: FourCC
    /// The box with its header.
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
            let rest = try self.dropping(position)
            let header: BoxHeader
            do throws(BoxHeader.Flaw) {
                guard let found = try rest.boxHeader() else { break }
                header = found
            } catch {
                throw .damaged("the size of box \(error.type)")
            }
            let size = header.size.map { Int($0) } ?? rest.count
            guard size >= header.bytes, size <= rest.count else { throw .damaged("the size of box \(header.type)") }
            guard boxes.count < Self.maximumBoxes else { throw .tooComplex("more than \(Self.maximumBoxes) boxes") }
            let whole = try rest.part(0, count: size)
            boxes.append(Box(type: header.type, whole: whole, content: try whole.dropping(header.bytes)))
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
