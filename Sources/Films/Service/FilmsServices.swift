package import Logging
package import MediaClient
package import Primitives

/// What the parts of the service are built from.
package struct FilmsServices: Sendable {
    package var database: FilmsDatabase
    /// mediad, as any API service reaches it.
    package var media: MediaClient
    package var settings: FilmsSettings
    /// Makes cursors of lists.
    package var cursors: PageCursor
    package var clock: WallClock
    package var logger: Logger

    package init(
        database: FilmsDatabase,
        media: MediaClient,
        settings: FilmsSettings,
        cursors: PageCursor,
        clock: @escaping WallClock,
        logger: Logger
    ) {
        self.database = database
        self.media = media
        self.settings = settings
        self.cursors = cursors
        self.clock = clock
        self.logger = logger
    }
}

/// What the service is set to. Every field is a documented setting of filmd.
package struct FilmsSettings: Sendable {
    /// mediad's address as clients reach it; nil: at the service's own origin, below `/files/` and `/api/uploads`.
    package var mediaPublicURL: String?

    package init(mediaPublicURL: String? = nil) { self.mediaPublicURL = mediaPublicURL }
}
