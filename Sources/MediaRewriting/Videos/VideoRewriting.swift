import IsoMedia
import MediaCore

/// Changes to videos. Nothing of their media is read: only the index goes through memory.
enum VideoRewriting {
    /// Puts the index in front.
    /// - Returns: nil where it is there already, and for videos that are put together in a way that is not understood completely:
    ///   those stay as they are.
    static func fastStart(source: Int32, written: Int32) throws(MediaError) -> Splice? {
        let file: DescriptorSource
        do {
            file = try DescriptorSource(descriptor: source)
        } catch {
            throw MediaError(.storageUnavailable, "The file could not be read.", cause: error)
        }
        let assembly: Assembly?
        do throws(IsoMediaFault) {
            assembly = try FastStart.assembly(of: file)
        } catch {
            switch error {
            case .unreadable: throw MediaError(.storageUnavailable, "The file could not be read.", cause: error)
            // A damaged video is its inspection's to refuse, which has been; here it is only not to be made worse.
            case .damaged, .unsupported, .unsupportedCodec, .tooComplex: return nil
            }
        }
        guard let assembly, assembly.pieces.count <= Splice.maximumPieces else { return nil }
        try assembly.written.withUnsafeBytesOf { bytes throws(MediaError) in
            try WrittenFile(descriptor: written).write(bytes)
        }
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
}
