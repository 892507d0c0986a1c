/// What a file's bytes turned out to be.
package struct Inspection: Hashable, Sendable, Codable {
    /// What the bytes are, whatever the name says.
    package var type: MediaType
    /// For images and video.
    package var dimensions: PixelSize?
    /// For audio and video, where the container says.
    package var durationSeconds: Double?
    /// For images: frames of an animation, pages of a TIFF; 1 for a still picture.
    package var frames: Int?
    /// For images: whether there is an alpha channel, used or not.
    package var hasAlpha: Bool?
    /// For images.
    package var colorModel: ColorModel?
    /// Of the picture, of its first frame, or of a video's poster.
    package var thumbHash: ThumbHash?
    /// The colour that most of it has.
    package var dominantColor: RGBColor?
    /// For audio and video.
    package var media: AudioVideoFacts?
    /// For texts whose bytes are UTF-8 to the last one: `utf-8`. Nil where that is not so, or not known.
    package var charset: String?

    /// Which facts an inspection looks for. Raised when it looks for more, so that older records can be filled in.
    package static let factsVersion = 2

    /// Seconds: ten years. A worker says nothing else, and one that does is not believed.
    package static let plausibleDuration = 0.0...315_576_000
    /// Pixels of a width or a height: what no decoder opens is beyond.
    package static let plausibleSide = 1...1 << 24

    /// A type alone is what is known of a file that was not decoded.
    package init(
        type: MediaType,
        dimensions: PixelSize? = nil,
        durationSeconds: Double? = nil,
        frames: Int? = nil,
        hasAlpha: Bool? = nil,
        colorModel: ColorModel? = nil,
        thumbHash: ThumbHash? = nil,
        dominantColor: RGBColor? = nil,
        media: AudioVideoFacts? = nil,
        charset: String? = nil
    ) {
        self.type = type
        self.dimensions = dimensions
        self.durationSeconds = durationSeconds
        self.frames = frames
        self.hasAlpha = hasAlpha
        self.colorModel = colorModel
        self.thumbHash = thumbHash
        self.dominantColor = dominantColor
        self.media = media
        self.charset = charset
    }
}

/// Limits checked on an image's header, before any pixel is decoded.
package struct ImageLimits: Hashable, Sendable, Codable {
    /// Width x height x frames.
    package var maximumPixels: Int
    /// Frames of an animation, pages of a document.
    package var maximumFrames: Int
    /// Width x height x frames of an animation that is made. A larger one is not made: its first frame is shown.
    package var maximumAnimationPixels: Int
    /// Of an SVG, where what is used several times counts as often.
    package var maximumElements: Int
    /// Of a decoded picture that is held while several renditions are made of it. A larger one is decoded for each size anew.
    package var maximumHeldSize: ByteCount

    /// The last three have values of their own, which configurations need not name.
    package init(
        maximumPixels: Int,
        maximumFrames: Int,
        maximumAnimationPixels: Int = 50_000_000,
        maximumElements: Int = 100_000,
        maximumHeldSize: ByteCount = .mebibytes(96)
    ) {
        self.maximumPixels = maximumPixels
        self.maximumFrames = maximumFrames
        self.maximumAnimationPixels = maximumAnimationPixels
        self.maximumElements = maximumElements
        self.maximumHeldSize = maximumHeldSize
    }
}

/// Tells what bytes are. Implemented by the worker pool; tests use a double.
package protocol Inspector: Sendable {
    /// Sniffs the type, and, when it matches one of `allowedTypes`, reads the headers and proves that images decode.
    ///
    /// A type outside `allowedTypes` is returned as found, without being decoded: refusing it is the caller's part.
    /// - Throws: ``MediaError`` `file_damaged`, `image_too_large`, `processing_failed`, `busy`.
    func inspect(
        _ file: OpenFile,
        allowedTypes: [String],
        limits: ImageLimits,
        urgency: JobUrgency
    ) async throws(MediaError) -> Inspection
}

extension Inspector {
    /// For somebody who waits.
    package func inspect(
        _ file: OpenFile,
        allowedTypes: [String],
        limits: ImageLimits
    ) async throws(MediaError) -> Inspection {
        try await self.inspect(
            file,
            allowedTypes: allowedTypes,
            limits: limits,
            urgency: JobUrgency(isUrgent: true)
        )
    }
}
