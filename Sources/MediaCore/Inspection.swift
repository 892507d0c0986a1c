/// What a file's bytes turned out to be.
package struct Inspection: Hashable, Sendable, Codable {
    package var type: MediaType
    /// For images and video.
    package var dimensions: PixelSize?
    /// For audio and video, where the container says.
    package var durationSeconds: Double?
    /// For images: frames of an animation, pages of a TIFF; 1 for a still picture.
    package var frames: Int?

    package init(type: MediaType, dimensions: PixelSize? = nil, durationSeconds: Double? = nil, frames: Int? = nil) {
        self.type = type
        self.dimensions = dimensions
        self.durationSeconds = durationSeconds
        self.frames = frames
    }
}

/// Limits checked on an image's header, before any pixel is decoded.
package struct ImageLimits: Hashable, Sendable, Codable {
    /// Width x height x frames.
    package var maximumPixels: Int
    package var maximumFrames: Int

    package init(maximumPixels: Int, maximumFrames: Int) {
        self.maximumPixels = maximumPixels
        self.maximumFrames = maximumFrames
    }
}

/// Tells what bytes are. Implemented by the worker pool; tests use a double.
package protocol Inspector: Sendable {
    /// Sniffs the type, and, when it matches one of `allowedTypes`, reads the headers and proves that images decode.
    ///
    /// A type outside `allowedTypes` is returned as found, without being decoded: refusing it is the caller's part.
    /// - Throws: ``MediaError`` `file_damaged`, `image_too_large`, `processing_failed`, `busy`.
    func inspect(_ file: OpenFile, allowedTypes: [String], limits: ImageLimits) async throws(MediaError) -> Inspection
}
