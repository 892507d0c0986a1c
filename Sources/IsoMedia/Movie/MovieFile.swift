package import Primitives

/// The index of a video: the `moov` box, read into memory.
package struct MovieFile: Hashable, Sendable {
    /// Of the file.
    package var length: Int64
    /// What the `moov` box says.
    package var movie: Movie

    /// A video of ten hours has some 30 MiB.
    package static let maximumIndexBytes: Int64 = 64 << 20

    /// - Throws: ``IsoMediaFault``: `unsupported` for fragmented videos, whose index is spread over the file.
    package init(reading source: some ByteSource) throws(IsoMediaFault) {
        let boxes = try FileBox.all(in: source)
        guard let box = boxes.first(where: { $0.type == "moov" }) else { throw .damaged("no moov box") }
        guard !boxes.contains(where: { $0.type == "moof" }) else { throw .unsupported("a fragmented video") }
        guard box.size <= Self.maximumIndexBytes else { throw .tooComplex("an index of \(box.size) bytes") }
        let bytes = try source.read(at: box.content, count: Int(box.end - box.content))
        guard bytes.count == box.end - box.content else { throw .damaged("the end of moov") }
        self.length = source.length
        self.movie = try Movie(BoxContent(bytes))
    }
}
