import MediaCore
import Postgres

// The columns of migrations 4 and 5. Values that this mediad does not know (a newer one wrote them) are read as absent where that
// harms nobody.

extension MediaFile {
    /// The columns that ``readFacts(_:)`` reads, besides those of ``columns``.
    static let factColumns: PostgresQuery = """
        frames, has_alpha, color_model, thumb_hash, dominant_color, focal_x, focal_y, video_codec, frame_rate, bit_rate, \
        audio_tracks::text AS audio_tracks, subtitle_tracks::text AS subtitle_tracks, is_progressive, has_cover, \
        tags::text AS tags, chapters::text AS chapters, rewritings, uploaded_sha256, charset, facts_version
        """

    mutating func readFacts(_ row: PostgresRow) throws {
        self.frames = try row.decode("frames")
        self.hasAlpha = try row.decode("has_alpha")
        self.colorModel = try row.decode("color_model", as: String?.self).flatMap { ColorModel(rawValue: $0) }
        self.thumbHash = try row.decode("thumb_hash", as: [UInt8]?.self).flatMap { ThumbHash(bytes: $0) }
        self.dominantColor = try row.decode("dominant_color", as: String?.self).flatMap { RGBColor(hex: $0) }
        let (x, y) = (try row.decode("focal_x", as: Double?.self), try row.decode("focal_y", as: Double?.self))
        self.focalPoint = x.flatMap { x in y.flatMap { FocalPoint(x: x, y: $0) } }
        self.media = try AudioVideoFacts(row: row)
        self.rewriting = try FileRewriting(row: row)
        self.charset = try row.decode("charset")
        self.factsVersion = try row.decode("facts_version")
    }
}

extension MediaFile {
    /// What an inspection of the bytes finds; ``factValues()`` has the values in this order.
    static let factNames = [
        "width", "height", "duration_seconds", "frames", "has_alpha", "color_model", "thumb_hash", "dominant_color",
        "video_codec", "frame_rate", "bit_rate", "audio_tracks", "subtitle_tracks", "is_progressive", "has_cover",
        "tags", "chapters", "charset", "facts_version",
    ]

    func factValues() throws -> PostgresQuery {
        let media = self.media
        return """
            \(nullable: self.dimensions?.width), \(nullable: self.dimensions?.height), \(nullable: self.durationSeconds), \
            \(nullable: self.frames), \(nullable: self.hasAlpha), \(nullable: self.colorModel?.rawValue), \
            \(nullable: self.thumbHash?.bytes), \(nullable: self.dominantColor?.hex), \
            \(nullable: media?.videoCodec), \(nullable: media?.frameRate), \(nullable: media?.bitRate), \
            \(nullable: try media.map { try JSONColumn.encode($0.audioTracks) })::jsonb, \
            \(nullable: try media.map { try JSONColumn.encode($0.subtitleTracks) })::jsonb, \
            \(nullable: media?.isProgressive), \(nullable: media?.hasCover), \
            \(nullable: try media.map { try JSONColumn.encode($0.tags) })::jsonb, \
            \(nullable: try media.map { try JSONColumn.encode($0.chapters) })::jsonb, \(nullable: self.charset), \
            \(nullable: self.factsVersion)
            """
    }

    /// What was changed of the bytes; ``rewritingValues`` has the values in this order.
    static let rewritingNames = ["rewritings", "uploaded_sha256"]

    var rewritingValues: PostgresQuery {
        """
        \(nullable: self.rewriting?.steps.map(\.rawValue)), \(nullable: self.rewriting?.uploadedDigest)
        """
    }
}

extension AudioVideoFacts {
    /// Nil where the row has none.
    fileprivate init?(row: PostgresRow) throws {
        guard let audioTracks: [AudioTrack] = try JSONColumn.decode("audio_tracks", of: row) else { return nil }
        self.init(
            videoCodec: try row.decode("video_codec"),
            frameRate: try row.decode("frame_rate"),
            bitRate: try row.decode("bit_rate"),
            audioTracks: audioTracks,
            subtitleTracks: try JSONColumn.decode("subtitle_tracks", of: row) ?? [],
            isProgressive: try row.decode("is_progressive"),
            hasCover: try row.decode("has_cover", as: Bool?.self) ?? false,
            tags: try JSONColumn.decode("tags", of: row) ?? [:],
            chapters: try JSONColumn.decode("chapters", of: row) ?? []
        )
    }
}

extension FileRewriting {
    /// Nil where the row has none.
    fileprivate init?(row: PostgresRow) throws {
        guard let steps = try row.decode("rewritings", as: [String]?.self),
            let digest = try row.decode("uploaded_sha256", as: Digest?.self)
        else { return nil }
        self.init(steps: steps.compactMap { Rewriting(rawValue: $0) }, uploadedDigest: digest)
    }
}
