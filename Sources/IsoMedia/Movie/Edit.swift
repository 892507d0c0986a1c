/// An entry of an edit list (section 8.6.6): which part of a track's media is shown next.
struct Edit: Hashable, Sendable {
    /// In ticks of the movie; 0 is without end.
    var duration: Int64
    /// In ticks of the track; -1 shows nothing.
    var mediaTime: Int64

    /// - Parameter content: of the `edts` box.
    static func list(_ content: BoxContent) throws(IsoMediaFault) -> [Edit] {
        guard let list = try content.boxes()["elst"] else { return [] }
        let isWide = try list.u8(0) == 1
        let width = isWide ? 20 : 12
        let count = Int(try list.u32(4))
        guard count <= (list.count - 8) / width else { throw .damaged("an edit list") }
        var edits: [Edit] = []
        for index in 0..<count {
            let start = 8 + index * width
            let rate = try list.u16(start + width - 4)
            guard rate == 1 else { throw .unsupported("a track that is not played at its own speed") }
            let duration = isWide ? Int64(clamping: try list.u64(start)) : Int64(try list.u32(start))
            let mediaTime =
                isWide
                ? Int64(bitPattern: try list.u64(start + 8)) : Int64(Int32(bitPattern: try list.u32(start + 4)))
            guard duration < Self.limit, (-1..<Self.limit).contains(mediaTime) else { throw .damaged("an edit list") }
            edits.append(Edit(duration: duration, mediaTime: mediaTime))
        }
        return edits
    }

    /// Far beyond any video, and far from overflowing when it is added to others.
    private static let limit: Int64 = 1 << 52
}
