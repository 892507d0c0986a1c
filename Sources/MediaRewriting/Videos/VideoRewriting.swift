import IsoMedia
import MediaCore
import SystemPackage

/// Changes to large files, in which most bytes keep their place. Nothing of their media is read: only the index goes through memory.
struct VideoRewriting {
    private let file: DescriptorSource
    private let written: Int32

    /// - Parameters:
    ///   - source: a regular file open for reading.
    ///   - written: an empty file open for writing.
    init(source: Int32, written: Int32) throws(MediaError) {
        do throws(Errno) {
            self.file = try DescriptorSource(descriptor: source)
        } catch {
            throw Self.unreadable(error)
        }
        self.written = written
    }

    /// Puts the index in front.
    /// - Returns: nil where it is there already, and for videos that are put together in a way that is not understood completely:
    ///   those stay as they are.
    func fastStart() throws(MediaError) -> Splice? {
        try self.splice { (file) throws(IsoMediaFault) in try FastStart.assembly(of: file) }
    }

    /// Makes an index where there is none: for recordings of browsers and telephones.
    /// - Returns: nil where there is one, and for what is not understood completely.
    func indexed(_ type: MediaType) throws(MediaError) -> Splice? {
        guard type.isMatroska else {
            return try self.splice { (file) throws(IsoMediaFault) in try Defragmentation.assembly(of: file) }
        }
        let assembly: Assembly?
        do throws(RecordingFault) {
            assembly = try RecordingIndex.assembly(of: self.file)
        } catch {
            guard case .unreadable = error else { return nil }
            throw Self.unreadable(error)
        }
        return try self.splice(of: assembly)
    }

    private func splice(
        _ assemble: (DescriptorSource) throws(IsoMediaFault) -> Assembly?
    ) throws(MediaError) -> Splice? {
        let assembly: Assembly?
        do throws(IsoMediaFault) {
            assembly = try assemble(self.file)
        } catch {
            switch error {
            case .unreadable: throw Self.unreadable(error)
            // A damaged video is its inspection's to refuse, which has been; here it is only not to be made worse.
            case .damaged, .unsupported, .unsupportedCodec, .tooComplex: return nil
            }
        }
        return try self.splice(of: assembly)
    }

    private func splice(of assembly: Assembly?) throws(MediaError) -> Splice? {
        guard let assembly, assembly.pieces.count <= Splice.maximumPieces else { return nil }
        try self.write(assembly.written)
        return Splice(
            pieces: assembly.pieces.map { piece in
                switch piece {
                case .written(let range):
                    Splice.Piece(.written, offset: Int64(range.lowerBound), count: Int64(range.count))
                case .source(let range):
                    Splice.Piece(.source, offset: range.lowerBound, count: range.upperBound - range.lowerBound)
                }
            }
        )
    }

    /// Takes out in place what tells where, when and with what a file was made.
    /// - Parameter type: one that ``InPlaceRemoval`` knows.
    /// - Returns: nil where there is nothing.
    /// - Throws: `processing_failed` where the file cannot be followed: then nobody knows what would stay in it;
    ///   `unsupported_variant` where decoders need what would have to go.
    func withoutPrivateData(_ type: MediaType) throws(MediaError) -> Splice? {
        var builder = MovieSplice(self.file)
        let removal = try InPlaceRemoval(from: self.file, type: type)
        for change in removal.changes { try builder.apply(change) }
        guard let splice = builder.splice(upTo: removal.end) else { return nil }
        guard splice.pieces.count <= Splice.maximumPieces else {
            throw MediaError(.processingFailed, "The private data of this file lies in too many places.")
        }
        try self.write(builder.written)
        return splice
    }

    private func write(_ bytes: [UInt8]) throws(MediaError) {
        try bytes.withUnsafeBytesOf { bytes throws(MediaError) in
            try WrittenFile(descriptor: self.written).write(bytes)
        }
    }

    static func unreadable(_ cause: any Error) -> MediaError {
        MediaError(.storageUnavailable, "The file could not be read.", cause: cause)
    }
}
