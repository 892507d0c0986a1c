package import HTTPSemantics
package import Logging
package import MediaClient
package import Primitives

/// What the parts of the service are built from.
package struct FilmsServices: Sendable {
    package var database: FilmsDatabase
    package var accounts: AccountServices
    /// mediad, as any API service reaches it.
    package var media: MediaClient
    /// Passes files and uploads on to mediad; nil where browsers reach it by an address of its own.
    package var proxy: MediaProxy?
    package var settings: FilmsSettings
    /// Films as clients get them.
    package var movies: any MovieRecords
    /// What follows the changes.
    package var sync: SyncServices
    /// Makes cursors of lists.
    package var cursors: PageCursor
    package var clock: WallClock
    package var logger: Logger

    package init(
        database: FilmsDatabase,
        accounts: AccountServices,
        media: MediaClient,
        proxy: MediaProxy? = nil,
        settings: FilmsSettings,
        movies: any MovieRecords,
        sync: SyncServices,
        cursors: PageCursor,
        clock: @escaping WallClock,
        logger: Logger
    ) {
        self.database = database
        self.accounts = accounts
        self.media = media
        self.proxy = proxy
        self.settings = settings
        self.movies = movies
        self.sync = sync
        self.cursors = cursors
        self.clock = clock
        self.logger = logger
    }
}

/// What the service is set to. Every field is a documented setting of filmd.
package struct FilmsSettings: Sendable {
    /// mediad's address as clients reach it; nil: at the service's own origin, below `/files/` and `/api/uploads`.
    package var mediaPublicURL: String?

    /// Proxies whose X-Forwarded-For, -Host and -Proto are believed.
    package var trustedProxies: TrustedAddresses

    /// How long the addresses of a private trailer last, in whole seconds; at most mediad's `access.maximumSignatureLifetime`.
    package var addressLifetime: Duration
    /// How long an upload may begin after its grant.
    package var grantLifetime: Duration
    /// How many lists an account has, and how long they are.
    package var playlists: PlaylistLimits

    package init(
        mediaPublicURL: String? = nil,
        trustedProxies: TrustedAddresses,
        addressLifetime: Duration = .seconds(6 * 3600),
        grantLifetime: Duration = .seconds(3600),
        playlists: PlaylistLimits = PlaylistLimits()
    ) {
        self.mediaPublicURL = mediaPublicURL
        self.trustedProxies = trustedProxies
        self.addressLifetime = addressLifetime
        self.grantLifetime = grantLifetime
        self.playlists = playlists
    }
}
