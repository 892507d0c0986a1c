import FoundationEssentials
import HTTPServing
package import MediaClient
import NIOCore

/// What a file looks like, as records show it: the members of `Picture` and `Trailer` in docs/films-api.yaml, ready as JSON.
package struct FileFacts: Hashable, Sendable {
    package var id: RecordID
    /// JSON of a `Picture`; nil where it has none.
    package var picture: String?
    /// JSON of a `Trailer` whose addresses have no signature; nil where it is no video.
    package var video: String?
    /// Whether its addresses need a signature.
    package var isPrivate: Bool

    /// Reads what a record says, and asks how a video can be streamed.
    ///
    /// - Parameter base: what stands in front of addresses: mediad's origin as browsers reach it, or nothing.
    package static func of(
        _ file: MediaFile,
        from media: MediaClient,
        base: String
    ) async throws(MediaClientError) -> FileFacts {
        let isPrivate = try await !media.isReadableByAll(file)
        let stream = file.type.hasPrefix("video/") ? try await media.stream(of: file.url) : nil
        guard let id = RecordID(file.id) else { throw MediaClientError.unreadable("The file's id is no UUID.") }
        return FileFacts(file, id: id, stream: stream, isPrivate: isPrivate, base: base)
    }

    package init(_ record: MediaFile, id: RecordID, stream: MediaStream?, isPrivate: Bool, base: String) {
        var (file, stream) = (record, stream)
        file.url = base + file.url
        file.renditions = file.renditions.map {
            .init(preset: $0.preset, url: base + $0.url, width: $0.width, height: $0.height)
        }
        if let found = stream {
            stream = MediaStream(
                url: base + found.url,
                subtitles: found.subtitles.map { .init(language: $0.language, label: $0.label, url: base + $0.url) }
            )
        }
        self.id = id
        self.isPrivate = isPrivate
        if file.type.hasPrefix("video/") {
            self.video = Self.json(Trailer(file, id: id, stream: stream, isPrivate: isPrivate))
        } else {
            self.picture = Self.json(Picture(file, id: id, url: file.url))
        }
    }

    /// Texts and numbers can be encoded.
    private static func json(_ value: some Encodable) -> String? {
        (try? JSON.encode(value)).map { String(buffer: $0) }
    }
}

/// Schema `Picture`.
private struct Picture: Encodable {
    var fileId: RecordID
    var url: String
    @Nullable var width: Int?
    @Nullable var height: Int?
    @Nullable var thumbHash: String?
    @Nullable var dominantColor: String?
    var renditions: [MediaFile.Rendition]

    init(_ file: MediaFile, id: RecordID, url: String) {
        self.fileId = id
        self.url = url
        self.width = file.width
        self.height = file.height
        self.thumbHash = file.thumbHash
        self.dominantColor = file.dominantColor
        self.renditions = file.renditions.sorted { $0.width < $1.width }
    }
}

/// Schema `Trailer`.
private struct Trailer: Encodable {
    var fileId: RecordID
    var url: String
    @Nullable var expiresAt: String?
    var type: String
    @Nullable var durationSeconds: Double?
    @Nullable var width: Int?
    @Nullable var height: Int?
    var audioTracks: Int
    @Nullable var hlsUrl: String?
    @Nullable var storyboardUrl: String?
    @Nullable var chaptersUrl: String?
    var subtitles: [Subtitles]
    @Nullable var poster: Picture?

    struct Subtitles: Encodable {
        var language: String
        @Nullable var label: String?
        var url: String
    }

    init(_ file: MediaFile, id: RecordID, stream: MediaStream?, isPrivate: Bool) {
        let below = file.url.prefix { $0 != "?" }
        let query = file.url.drop { $0 != "?" }
        self.fileId = id
        self.url = file.url
        // A player takes addresses that have ended for what they are, and asks for the trailer (decision 0072).
        self.expiresAt = isPrivate ? "1970-01-01T00:00:00Z" : nil
        self.type = file.type
        self.durationSeconds = file.durationSeconds
        self.width = file.width
        self.height = file.height
        self.audioTracks = file.media?.audioTracks.count ?? 0
        self.hlsUrl = stream?.url
        self.storyboardUrl = file.width == nil ? nil : "\(below)/storyboard.vtt\(query)"
        self.chaptersUrl = file.media?.chapters.isEmpty == false ? "\(below)/chapters.vtt\(query)" : nil
        self.subtitles = (stream?.subtitles ?? []).map { .init(language: $0.language, label: $0.label, url: $0.url) }
        let largest = file.renditions.max { $0.width < $1.width }
        self.poster = largest.map { Picture(file, id: id, url: $0.url) }
    }
}
