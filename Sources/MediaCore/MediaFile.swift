/// The record of one file in the tree: what PostgreSQL holds of it and what clients see.
package struct MediaFile: Hashable, Sendable, Codable {
    package var id: MediaID
    package var collection: String
    /// Unique in the collection; stays the same when a replacement changes the type, hence the path.
    package var name: MediaName
    package var path: MediaPath
    package var type: MediaType
    /// The bytes' own identity.
    package var version: FileVersion
    package var dimensions: PixelSize?
    /// For audio and video.
    package var durationSeconds: Double?
    /// For images: frames of an animation, pages of a TIFF; 1 for a still picture.
    package var frames: Int?
    /// For images: whether there is an alpha channel, used or not.
    package var hasAlpha: Bool?
    /// For images.
    package var colorModel: ColorModel?
    package var thumbHash: ThumbHash?
    package var dominantColor: RGBColor?
    /// What crops keep. Belongs to the bytes: a version with other bytes begins without.
    package var focalPoint: FocalPoint?
    /// For audio and video.
    package var media: AudioVideoFacts?
    /// The ``Inspection/factsVersion`` that the facts above come from; nil for records of a mediad that did not count them.
    package var factsVersion: Int?
    /// What the client called the file; text for people, never used as a path.
    package var originalFilename: String?
    /// What was changed on the way in; nil: the bytes are those that were uploaded.
    package var rewriting: FileRewriting?
    package var createdAt: Timestamp
    /// When the present version was committed, or its focal point set, whichever was later.
    package var updatedAt: Timestamp

    package init(
        id: MediaID,
        collection: String,
        name: MediaName,
        path: MediaPath,
        type: MediaType,
        version: FileVersion,
        dimensions: PixelSize? = nil,
        durationSeconds: Double? = nil,
        originalFilename: String? = nil,
        rewriting: FileRewriting? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.collection = collection
        self.name = name
        self.path = path
        self.type = type
        self.version = version
        self.dimensions = dimensions
        self.durationSeconds = durationSeconds
        self.originalFilename = originalFilename
        self.rewriting = rewriting
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Takes over what an inspection of the bytes found, but for the type, which decides the path.
    package mutating func takeFacts(of inspection: Inspection) {
        self.dimensions = inspection.dimensions
        self.durationSeconds = inspection.durationSeconds
        self.frames = inspection.frames
        self.hasAlpha = inspection.hasAlpha
        self.colorModel = inspection.colorModel
        self.thumbHash = inspection.thumbHash
        self.dominantColor = inspection.dominantColor
        self.media = inspection.media
        self.factsVersion = Inspection.factsVersion
    }
}

/// Width and height in pixels, upright: after the orientation that the file asks for.
package struct PixelSize: Hashable, Sendable, Codable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Never overflows: both sides are read from untrusted headers.
    package var pixels: Int {
        self.width.multipliedReportingOverflow(by: self.height).overflow ? .max : self.width * self.height
    }
}
