import HTTPSemantics
import MediaCore
import MediaEngine

extension Settings.CORS {
    init(_ reader: SettingsReader) async throws {
        self.allowedOrigins = try await reader.strings("cors.allowedOrigins", default: ["*"])
        for origin in self.allowedOrigins where !CrossOriginPolicy.isValid(origin) {
            throw SettingsReader.invalid(
                "cors.allowedOrigins",
                origin,
                "* or an origin such as https://www.example.com"
            )
        }
    }
}

extension Settings.Uploads {
    init(_ reader: SettingsReader, collections: [String]) async throws {
        let year = Duration.seconds(365 * 86400)
        self.limits = UploadSettings(
            expiry: try await reader.duration(
                "uploads.expiry",
                default: .seconds(86400),
                in: .seconds(1)...year
            ),
            retention: try await reader.duration(
                "uploads.retention",
                default: .seconds(7 * 86400),
                in: .seconds(1)...year
            ),
            sweepInterval: try await reader.duration("uploads.sweepInterval", default: .seconds(600), in: .anyTimeout),
            quota: UploadQuota(
                maximumOpenPerClient: try await reader.integer(
                    "uploads.maximumOpenPerClient",
                    default: 1000,
                    in: 1...1_000_000
                ),
                maximumStagingSize: try await reader.bytes(
                    "uploads.maximumStagingSize",
                    default: .gibibytes(1024),
                    in: .mebibytes(1) ... .gibibytes(1 << 20)
                )
            ),
            maximumTransfers: try await reader.integer("uploads.maximumTransfers", default: 512, in: 1...100_000),
            takeoverTimeout: try await reader.duration(
                "uploads.takeoverTimeout",
                default: .seconds(10),
                in: .anyTimeout
            ),
            completionWait: try await reader.duration("uploads.completionWait", default: .seconds(10), in: .anyTimeout),
            cachedUploads: try await reader.integer("uploads.cachedUploads", default: 1000, in: 0...1_000_000),
            defaultCollection: try await Self.defaultCollection(reader, among: collections)
        )
        self.idleTimeout = try await reader.duration("uploads.idleTimeout", default: .seconds(60), in: .anyTimeout)
        self.minimumRate = try await reader.bytes(
            "uploads.minimumRate",
            default: ByteCount(bytes: 128),
            in: ByteCount(bytes: 0) ... .gibibytes(1)
        )
        self.minimumRateWindow = try await reader.duration(
            "uploads.minimumRateWindow",
            default: .seconds(30),
            in: .anyTimeout
        )
        self.checkpointSize = try await reader.bytes(
            "uploads.checkpointSize",
            default: .mebibytes(64),
            in: .mebibytes(1) ... .gibibytes(64)
        )
        self.bufferSize = try await reader.bytes(
            "uploads.bufferSize",
            default: .mebibytes(2),
            in: .kibibytes(64) ... .gibibytes(1)
        )
        self.locations = try await reader.choice("uploads.locations", default: .absolute)
    }

    private static func defaultCollection(_ reader: SettingsReader, among names: [String]) async throws -> String? {
        guard let name = try await reader.optionalString("uploads.defaultCollection") else { return nil }
        guard names.contains(name) else {
            throw SettingsReader.invalid(
                "uploads.defaultCollection",
                name,
                "empty, or one of \(names.joined(separator: ", "))"
            )
        }
        return name
    }
}
