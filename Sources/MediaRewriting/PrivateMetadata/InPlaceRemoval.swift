import IsoMedia
import MediaCore

/// What of a file whose bytes keep their places has to go.
struct InPlaceRemoval {
    /// Sorted; none over another.
    let changes: [MovieBlanking.Change]
    /// Where the new file ends.
    let end: Int64

    /// Covers go that are larger together.
    private static let maximumPictures = 32 << 20

    /// True for files that are found by offsets, or too large to be mapped.
    static func takes(_ type: MediaType) -> Bool {
        type.isStreamable || type.isMatroska || self.isTiff(type) || self.isOgg(type)
    }

    private static func isTiff(_ type: MediaType) -> Bool { [.tiff, .dng].contains(type) }

    private static func isOgg(_ type: MediaType) -> Bool { [.ogg, MediaType("video/ogg")].contains(type) }

    init(from source: any ByteSource, type: MediaType) throws(MediaError) {
        var changes: [MovieBlanking.Change]
        var pictures: [Range<Int64>] = []
        do throws(MetadataFault) {
            if type.isMatroska {
                let metadata = try MatroskaMetadata(source)
                (changes, pictures, self.end) = (metadata.changes, metadata.pictures, metadata.end)
            } else if Self.isTiff(type) {
                let metadata = try TiffMetadata(source)
                (changes, self.end) = (metadata.changes, metadata.end)
            } else if Self.isOgg(type) {
                let metadata = try OggMetadata(source)
                (changes, self.end) = (metadata.changes, metadata.end)
            } else {
                let movie = try Self.movie(source)
                (changes, pictures, self.end) = (movie.changes, movie.covers, movie.end)
            }
            var left = Self.maximumPictures
            for picture in pictures {
                changes.append(try Self.change(ofPictureAt: picture, in: source, atMost: left))
                left = max(0, left - picture.count)
            }
        } catch {
            throw Self.error(error, type)
        }
        self.changes = changes.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private static func movie(_ source: any ByteSource) throws(MetadataFault) -> MovieBlanking {
        do throws(IsoMediaFault) {
            return try MovieBlanking(of: source)
        } catch {
            throw MetadataFault("\(error)")
        }
    }

    private static func change(
        ofPictureAt range: Range<Int64>,
        in source: any ByteSource,
        atMost maximumLength: Int
    ) throws(MetadataFault) -> MovieBlanking.Change {
        guard range.count <= maximumLength else { return .zeros(range) }
        let bytes = try source.metadata(at: range.lowerBound, count: range.count)
        return .bytes(EmbeddedPicture.blanked(bytes), at: range.lowerBound)
    }

    private static func error(_ fault: MetadataFault, _ type: MediaType) -> MediaError {
        if fault.isNeeded {
            return MediaError(
                .unsupportedVariant,
                """
                The private data of this raw photograph cannot be taken out, because it is mixed with what decoders need. \
                Save it as DNG.
                """,
                cause: fault
            )
        }
        return MediaError(
            .processingFailed,
            """
            The private data of this file could not be taken out, because the file is built unusually. \
            Save it again with another program.
            """,
            cause: fault
        )
    }
}
