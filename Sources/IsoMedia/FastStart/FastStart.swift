package import Primitives

/// Makes a video playable while it is being downloaded: its index, the `moov` box, goes to the front, and the addresses of the
/// chunks in it follow. No frame is touched.
///
/// What is not understood completely is refused: a video whose addresses are wrong is lost.
///
/// Source: ISO/IEC 14496-12 sections 8.1 (`mdat`), 8.2 (`moov`), 8.7.5 (`stco`, `co64`).
package enum FastStart {
    /// The progressive file, or nil where there is nothing to do: the index lies in front already, or the file is fragmented.
    /// - Throws: ``IsoMediaFault``, and then the file is best left as it is.
    package static func assembly(of source: some ByteSource) throws(IsoMediaFault) -> Assembly? {
        let boxes = try FileBox.all(in: source)
        guard let firstMedia = boxes.firstIndex(where: { $0.type == "mdat" }) else { return nil }
        let indices = boxes.indices.filter { boxes[$0].type == "moov" }
        guard let index = indices.first else { throw .damaged("no moov box") }
        guard index > firstMedia else { return nil }
        guard indices.count == 1 else { throw .unsupported("several moov boxes") }
        for box in boxes where ["moof", "mfra", "sidx", "ssix", "meta"].contains(box.type) {
            throw .unsupported("a \(box.type) box beside moov")
        }
        let movie = boxes[index]
        guard movie.size <= MovieFile.maximumIndexBytes else { throw .tooComplex("an index of \(movie.size) bytes") }
        let bytes = try source.read(at: movie.content, count: Int(movie.end - movie.content))
        guard bytes.count == movie.end - movie.content else { throw .damaged("the end of moov") }

        // Behind the file's type, where there is one: it has to stay first.
        let place = boxes.first.flatMap { $0.type == "ftyp" ? $0.end : nil } ?? 0
        let moved = try Self.rewritten(BoxContent(bytes), from: movie, to: place, length: source.length)
        var assembly = Assembly()
        assembly.append(source: 0..<place)
        assembly.append(moved)
        assembly.append(source: place..<movie.start)
        assembly.append(source: movie.end..<source.length)
        return assembly
    }

    /// The `moov` box for its new place.
    ///
    /// Its own size decides how far the chunks move, and grows where an address then passes 32 bits: so it is written until its
    /// size is the one that was reckoned with.
    private static func rewritten(
        _ content: BoxContent,
        from movie: FileBox,
        to place: Int64,
        length: Int64
    ) throws(IsoMediaFault) -> [UInt8] {
        var size = movie.size
        for _ in 0..<8 {
            let reckoned = size
            let tables = ChunkTables { offset throws(IsoMediaFault) in
                guard offset >= 0, offset <= length else { throw .damaged("a chunk outside of the file") }
                if offset < place { return offset }
                if offset < movie.start { return offset + reckoned }
                guard offset >= movie.end else { throw .damaged("a chunk inside of the index") }
                return offset + reckoned - movie.size
            }
            let bytes = try tables.rewritten(content)
            if Int64(bytes.count) == size { return bytes }
            size = Int64(bytes.count)
        }
        throw .unsupported("an index that does not settle")
    }
}
