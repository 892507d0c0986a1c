import FeedServing
import Films
import HTTPSemantics
import Logging
import NIOCore
import ServiceSupport

/// Every setting of filmd. `config/filmd.yaml` explains each; names here follow the keys there.
struct Settings: Sendable {
    var http: HTTP
    var database: Database
    var media: Media
    var accounts: AccountSettings
    var playlists: PlaylistLimits
    /// How much is kept of the feed of changes.
    var feed: FeedPruner.Limits
    /// The bounds of the stream of changes.
    var sync: SyncLimits
    var front: Front
    var log: Log
    /// How long open requests may take after SIGTERM before they are cut off.
    var shutdownTimeout: Duration

    struct HTTP: Sendable {
        var hostname: String
        var port: Int
        var maximumConnections: Int
        var maximumConnectionsPerAddress: Int
        var idleTimeout: Duration
        var headerTimeout: Duration
        var writeTimeout: Duration
        var trustedProxies: TrustedAddresses
    }

    struct Database: Sendable {
        /// libpq conninfo or URL.
        var url: String
        var connections: Int
    }

    struct Media: Sendable {
        var url: String
        var publicURL: String?
        var key: String?
        /// Requests that are passed on at a time.
        var proxyRequests: Int
        var responseTimeout: Duration
        /// How long the addresses of a private trailer last.
        var addressLifetime: Duration
        /// How long an upload may begin after its grant.
        var grantLifetime: Duration
    }

    struct Front: Sendable {
        /// Nil: beside the program, or where it was built.
        var directory: String?
    }

    struct Log: Sendable {
        var level: Logger.Level
        var format: LogFormat
        var queue: Int
    }

    init(_ reader: SettingsReader) async throws {
        self.http = try await HTTP(reader)
        self.database = try await Database(reader)
        self.media = try await Media(reader)
        self.accounts = try await AccountSettings(reader, trustedProxies: self.http.trustedProxies)
        self.playlists = try await PlaylistLimits(reader)
        self.feed = try await FeedPruner.Limits(reader, maximumChanges: 1_000_000)
        self.sync = try await SyncLimits(reader)
        self.front = Front(
            directory: try await reader.read(
                .optionalText("front.directory", default: "beside the program", "Folder with the page's files.")
            )
        )
        self.log = try await Log(reader)
        self.shutdownTimeout = try await reader.read(
            .duration(
                "shutdownTimeout",
                default: .seconds(20),
                in: .anyTimeout,
                "How long open requests may take after SIGTERM."
            )
        )
    }
}

extension Settings.Database {
    init(_ reader: SettingsReader) async throws {
        let url = Setting.text("database.url", default: "", "PostgreSQL as libpq URL or conninfo: mediad's database.")
        self.url = try await reader.read(url.keptSecret())
        if self.url.isEmpty {
            try reader.refuse("database.url", "", "the database of mediad, as libpq URL (postgresql://...) or conninfo")
        }
        self.connections = try await reader.read(
            .integer("database.connections", default: 8, in: 2...256, "Connections at most.")
        )
    }
}

extension Settings.Media {
    init(_ reader: SettingsReader) async throws {
        self.url = try await reader.read(
            .text("media.url", default: "http://127.0.0.1:8080", "mediad's address as filmd reaches it.")
        )
        self.publicURL = try await reader.read(
            .optionalText(
                "media.publicUrl",
                default: "filmd's own origin",
                "mediad's address as browsers reach it. Without it filmd, or a proxy in front, passes /files/ and /api/uploads on."
            )
        )
        let key = Setting.optionalText("media.key", default: "none", "An API key of mediad (docs/using-mediad.md).")
        self.key = try await reader.read(key.keptSecret())
        self.proxyRequests = try await reader.read(
            .integer(
                "media.proxyRequests",
                default: 200,
                in: 1...10_000,
                "Files and uploads that are passed on to mediad at a time; more are refused with 503."
            )
        )
        self.responseTimeout = try await reader.read(
            .duration(
                "media.responseTimeout",
                default: .seconds(15),
                in: .seconds(1) ... .seconds(300),
                """
                How long mediad may take to begin the response to a file that is passed on. Afterwards it is taken for \
                away: one request at a time tries again, the others are 503 at once.
                """
            )
        )
        self.grantLifetime = try await reader.read(
            .duration(
                "media.grantLifetime",
                default: .seconds(3600),
                in: .seconds(60) ... .seconds(86_400),
                "How long an upload may begin after its grant; mediad's access.grants.maximumLifetime bounds it, too."
            )
        )
        self.addressLifetime = try await reader.read(
            .duration(
                "media.addressLifetime",
                default: .seconds(6 * 3600),
                in: .seconds(15) ... .seconds(7 * 86400),
                "How long the addresses of a private trailer last. The page has them renewed before they end."
            )
        )
        for (name, url) in [("media.url", self.url), ("media.publicUrl", self.publicURL)] {
            guard let url, PagePolicy.origin(of: url) == nil else { continue }
            try reader.refuse(name, url, "an address of the web, such as http://127.0.0.1:8080")
        }
    }
}

extension PlaylistLimits {
    /// Reads `playlists.*`.
    init(_ reader: SettingsReader) async throws {
        self.init(
            lists: try await reader.read(
                .integer(
                    "playlists.maximumLists",
                    default: 100,
                    in: 2...10_000,
                    "Lists of one account, the two that everybody has included."
                )
            ),
            items: try await reader.read(
                .integer("playlists.maximumItems", default: 1000, in: 1...100_000, "Films on one list.")
            )
        )
    }
}

extension Settings.Log {
    init(_ reader: SettingsReader) async throws {
        self.level = try await reader.read(
            .choice(
                "log.level",
                default: .info,
                form: "trace, debug, info, notice, warning, error or critical",
                ""
            )
        )
        self.format = try await reader.read(
            .choice("log.format", default: .text, form: "text or json (one object a line, on standard error)", "")
        )
        self.queue = try await reader.read(
            .integer("log.queue", default: 8192, in: 1...1_000_000, "Lines that may wait to be written.")
        )
    }
}
