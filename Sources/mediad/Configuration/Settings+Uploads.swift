import HTTPSemantics
import MediaCore
import MediaEngine
import ServiceSupport

extension Settings.CORS {
    init(_ reader: SettingsReader) async throws {
        self.allowedOrigins = try await reader.read(
            .list(
                "cors.allowedOrigins",
                default: ["*"],
                form: "List of origins such as https://www.example.com, or * for all",
                "Empty: none."
            )
        )
        for origin in self.allowedOrigins where !CrossOriginPolicy.isValid(origin) {
            try reader.refuse(
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
            expiry: try await reader.read(
                .duration(
                    "uploads.expiry",
                    default: .seconds(86400),
                    in: .seconds(1)...year,
                    "How long an unfinished or failed upload is kept after its last byte."
                )
            ),
            retention: try await reader.read(
                .duration(
                    "uploads.retention",
                    default: .seconds(7 * 86400),
                    in: .seconds(1)...year,
                    "How long the daemon remembers the outcome of an upload: \"complete\" and its file, or 410."
                )
            ),
            sweepInterval: try await reader.read(
                .duration(
                    "uploads.sweepInterval",
                    default: .seconds(600),
                    in: .anyTimeout,
                    "Pause between sweeps of what expired."
                )
            ),
            quota: UploadQuota(
                maximumOpenPerClient: try await reader.read(
                    .integer(
                        "uploads.maximumOpenPerClient",
                        default: 1000,
                        in: 1...1_000_000,
                        "Unfinished uploads of one client; more are refused with 429."
                    )
                ),
                maximumStagingSize: try await reader.read(
                    .bytes(
                        "uploads.maximumStagingSize",
                        default: .gibibytes(1024),
                        in: .mebibytes(1) ... .gibibytes(1 << 20),
                        "What all unfinished uploads together may take; more are refused with 507."
                    )
                )
            ),
            maximumTransfers: try await reader.read(
                .integer(
                    "uploads.maximumTransfers",
                    default: 512,
                    in: 1...100_000,
                    "Requests that may bring bytes at a time; more are refused with 503."
                )
            ),
            takeoverTimeout: try await reader.read(
                .duration(
                    "uploads.takeoverTimeout",
                    default: .seconds(10),
                    in: .anyTimeout,
                    "How long a newer request waits for an older one to release an upload."
                )
            ),
            completionWait: try await reader.read(
                .duration(
                    "uploads.completionWait",
                    default: .seconds(10),
                    in: .anyTimeout,
                    """
                    How long a request that brought the last bytes waits for the file before it gets its response \
                    (tus).
                    """
                )
            ),
            cachedUploads: try await reader.read(
                .integer(
                    "uploads.cachedUploads",
                    default: 1000,
                    in: 0...1_000_000,
                    "Records of uploads kept in memory."
                )
            ),
            defaultCollection: try await Self.defaultCollection(reader, among: collections)
        )
        self.idleTimeout = try await reader.read(
            .duration(
                "uploads.idleTimeout",
                default: .seconds(60),
                in: .anyTimeout,
                "A request without a byte for this long ends; its bytes are kept."
            )
        )
        self.minimumRate = try await reader.read(
            .bytes(
                "uploads.minimumRate",
                default: ByteCount(bytes: 128),
                in: ByteCount(bytes: 0) ... .gibibytes(1),
                "Bytes per second that must come on average over minimumRateWindow; slower requests end."
            )
        )
        self.minimumRateWindow = try await reader.read(
            .duration(
                "uploads.minimumRateWindow",
                default: .seconds(30),
                in: .anyTimeout,
                "The time over which minimumRate is the average."
            )
        )
        self.checkpointSize = try await reader.read(
            .bytes(
                "uploads.checkpointSize",
                default: .mebibytes(64),
                in: .mebibytes(1) ... .gibibytes(64),
                "A long request is made durable each time this many bytes have come."
            )
        )
        self.bufferSize = try await reader.read(
            .bytes(
                "uploads.bufferSize",
                default: .mebibytes(2),
                in: .kibibytes(64) ... .gibibytes(1),
                """
                Memory for bytes between socket and disk, shared by all requests that bring bytes (plain ones \
                too); each gets from 32 KiB to 256 KiB for a write, and needs up to twice that.
                """
            )
        )
        self.locations = try await reader.read(
            .choice(
                "uploads.locations",
                default: .absolute,
                "Whether \"Location\" of an upload is a whole URL or a path."
            )
        )
    }

    private static func defaultCollection(_ reader: SettingsReader, among names: [String]) async throws -> String? {
        guard
            let name = try await reader.read(
                .optionalText(
                    "uploads.defaultCollection",
                    "Collection of uploads that name none. Empty: such an upload is refused."
                )
            )
        else { return nil }
        guard names.contains(name) else {
            try reader.refuse(
                "uploads.defaultCollection",
                name,
                "empty, or one of \(names.joined(separator: ", "))"
            )
            return nil
        }
        return name
    }
}
