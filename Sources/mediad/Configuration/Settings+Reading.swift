import MediaCore
import MediaEngine
import MediaServer
import ServiceSupport

extension Settings {
    /// Reads and checks every key.
    /// - Throws: ``SettingsError``, naming the key, the value and what is allowed.
    init(_ reader: SettingsReader) async throws {
        self.storage = try await Storage(reader)
        self.database = try await Database(reader)
        self.embedded = try await Embedded(reader)
        self.http = try await HTTP(reader)
        self.tls = try await TLS.read(reader, http: self.http)
        self.cors = try await CORS(reader)
        self.access = try await Access(reader)
        self.signing = try await AddressMint.Rules(reader)
        self.accessLimits = try await AccessLimits(reader)
        self.files = try await Files(reader)
        self.images = try await Images(reader)
        self.videos = try await Videos(reader)
        self.renditions = try await Renditions(reader)
        self.feed = try await Feed(reader)
        self.trash = try await TrashSettings(reader)
        self.events = try await Events(reader)
        self.webhooks = try await Webhooks(reader)
        self.workers = try await Workers(reader)
        self.log = try await Log(reader)
        self.shutdownTimeout = try await reader.read(
            .duration(
                "shutdownTimeout",
                default: .seconds(20),
                in: .seconds(1) ... .seconds(3600),
                "How long open requests may take after SIGTERM before they are cut off."
            )
        )
        self.collections = try await CollectionSettings.read(reader)
        self.uploads = try await Uploads(reader, collections: self.collections.map(\.name))
        self.uploads.limits.quota.owner = self.accessLimits.quota
    }
}
