import MediaCore

/// Takes what a picture tells about its maker, its place and its time out of the file, and leaves every pixel as it is.
///
/// Each format is an allow-list: what a decoder needs to show the picture stays (pixels, colour profile, transparency,
/// animation, orientation), everything else goes, also what nobody has heard of yet.
enum PrivateMetadata {
    /// - Throws: `file_damaged` where the file cannot be followed to its end: then nobody knows what is in it.
    static func removal(from bytes: ByteView, type: MediaType) throws(MediaError) -> SpliceBuilder {
        var splice = SpliceBuilder(bytes)
        do throws(MetadataFault) {
            switch type {
            case .jpeg: try JpegMetadata.remove(from: bytes, into: &splice)
            case .png: try PngMetadata.remove(from: bytes, into: &splice)
            case .webp: try WebPMetadata.remove(from: bytes, into: &splice)
            case .gif: try GifMetadata.remove(from: bytes, into: &splice)
            case .heic, .heif, .avif: try HeifMetadata.remove(from: bytes, into: &splice)
            case .jxl: try JxlMetadata.remove(from: bytes, into: &splice)
            case .mp3: try Mp3Metadata.remove(from: bytes, into: &splice)
            case .flac: try FlacMetadata.remove(from: bytes, into: &splice)
            default: splice.keep(0..<bytes.count)
            }
        } catch {
            throw MediaError(
                .fileDamaged,
                """
                The private metadata of this \(type) file could not be taken out, because the file is built unusually. \
                Save it again with another program.
                """,
                cause: error
            )
        }
        return splice
    }
}

/// Why a file could not be followed.
struct MetadataFault: Error, CustomStringConvertible {
    let description: String
    /// Whether decoders need what would have to go.
    var isNeeded = false

    init(_ description: String) { self.description = description }

    /// Decoders of cameras' own formats read colours, curves and tables in the maker notes, beside serial numbers and positions.
    static var rawPhotograph: MetadataFault {
        var fault = MetadataFault("maker notes that a raw photograph needs")
        fault.isNeeded = true
        return fault
    }
}
