/// The record of one file in the tree: what PostgreSQL holds of it and what clients see.
///
///     guard let file = try await catalog.file(path: MediaPath(validating: "posters/1.jpg")) else { return }
///     print(file.type, file.version.size)  // image/jpeg 1.5 MiB
package struct MediaFile: Hashable, Sendable, Codable {
    /// Stays the same when the file is replaced.
    package var id: MediaID
    /// The top folder, whose rules the file was taken in by.
    package var collection: String
    /// Unique in the collection; stays the same when a replacement changes the type, hence the path.
    package var name: MediaName
    /// Where the file lies in the tree.
    package var path: MediaPath
    /// As its bytes were sniffed.
    package var type: MediaType
    /// The bytes' own identity.
    package var version: FileVersion
    /// Of pictures and videos, as shown.
    package var dimensions: PixelSize?
    /// For audio and video.
    package var durationSeconds: Double?
    /// For images: frames of an animation, pages of a TIFF; 1 for a still picture.
    package var frames: Int?
    /// For images: whether there is an alpha channel, used or not.
    package var hasAlpha: Bool?
    /// For images.
    package var colorModel: ColorModel?
    /// A blurred picture to show while the file loads.
    package var thumbHash: ThumbHash?
    /// The colour that most of the picture has.
    package var dominantColor: RGBColor?
    /// What crops keep. Belongs to the bytes: a version with other bytes begins without.
    package var focalPoint: FocalPoint?
    /// For audio and video.
    package var media: AudioVideoFacts?
    /// For texts whose bytes are UTF-8 to the last one: `utf-8`. Nil where that is not so, or not known.
    package var charset: String?
    /// The ``Inspection/factsVersion`` that the facts above come from; nil for records of a mediad that did not count them.
    package var factsVersion: Int?
    /// What the client called the file; text for people, never used as a path.
    package var originalFilename: String?
    /// The subject whose file it is, as the application names people; nil for nobody's in particular.
    package var owner: String?
    /// What was changed on the way in; nil: the bytes are those that were uploaded.
    package var rewriting: FileRewriting?
    /// When the first version was recorded.
    package var createdAt: Timestamp
    /// When the present version was committed, or its focal point set, whichever was later.
    package var updatedAt: Timestamp

    /// A record; facts that are not given are not known.
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
        owner: String? = nil,
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
        self.owner = owner
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
        self.charset = inspection.charset
        self.factsVersion = Inspection.factsVersion
    }
}

/// Width and height in pixels, upright: after the orientation that the file asks for.
package struct PixelSize: Hashable, Sendable, Codable {
    /// Columns.
    package var width: Int
    /// Rows.
    package var height: Int

    /// A size; nothing is checked.
    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Never overflows: both sides are read from untrusted headers.
    package var pixels: Int {
        self.width.multipliedReportingOverflow(by: self.height).overflow ? .max : self.width * self.height
    }
}
