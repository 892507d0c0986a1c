/// A file at mediad, as `GET /api/media/{id}` and the events describe it (docs/http-api.md, "Records"): what services use of it.
package struct MediaFile: Hashable, Sendable, Decodable {
    package var id: String
    /// In the tree: `posters/1.jpg`.
    package var path: String
    /// Below `/files/`, with the version: may be cached for ever.
    package var url: String
    package var collection: String
    package var owner: String?
    /// The media type, by the bytes.
    package var type: String
    /// Pixels, upright; nil where it has no picture.
    package var width: Int?
    package var height: Int?
    package var durationSeconds: Double?
    /// base64.
    package var thumbHash: String?
    /// `#rrggbb`.
    package var dominantColor: String?
    /// Each width once.
    package var renditions: [Rendition]
    /// Of videos and sounds.
    package var media: Media?

    package init(id: String, path: String, url: String, collection: String, owner: String?, type: String) {
        self.id = id
        self.path = path
        self.url = url
        self.collection = collection
        self.owner = owner
        self.type = type
        self.renditions = []
    }

    /// A smaller picture of it.
    package struct Rendition: Hashable, Sendable, Codable {
        package var preset: String
        package var url: String
        package var width: Int
        package var height: Int

        package init(preset: String, url: String, width: Int, height: Int) {
            self.preset = preset
            self.url = url
            self.width = width
            self.height = height
        }
    }

    /// What a video has inside.
    package struct Media: Hashable, Sendable, Decodable {
        package var audioTracks: [Track]
        package var chapters: [Chapter]

        package init(audioTracks: [Track] = [], chapters: [Chapter] = []) {
            self.audioTracks = audioTracks
            self.chapters = chapters
        }
    }

    /// A track of sound.
    package struct Track: Hashable, Sendable, Decodable {
        package var language: String?

        package init(language: String? = nil) { self.language = language }
    }

    /// A chapter.
    package struct Chapter: Hashable, Sendable, Decodable {
        package var startSeconds: Double
        package var title: String?
    }
}
