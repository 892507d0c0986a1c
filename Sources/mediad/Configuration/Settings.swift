import FeedServing
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Logging
import MediaCore
import MediaEngine
import MediaServer
import ServiceSupport
import WebhookTransport

/// Every setting of the daemon. `config/mediad.yaml` explains each; names here follow the keys there.
struct Settings: Sendable {
    var storage: Storage
    var database: Database
    var embedded: Embedded
    var http: HTTP
    /// Nil: no TLS.
    var tls: TLS?
    var cors: CORS
    var access: Access
    /// How long signed addresses are good.
    var signing: AddressMint.Rules
    var accessLimits: AccessLimits
    var uploads: Uploads
    var files: Files
    var images: Images
    var videos: Videos
    var renditions: Renditions
    var feed: Feed
    /// How long deleted files are kept.
    var trash: TrashSettings
    var events: Events
    var webhooks: Webhooks
    var workers: Workers
    var log: Log
    /// How long open requests may take after SIGTERM before they are cut off.
    var shutdownTimeout: Duration
    var collections: [MediaCollection]

    struct Storage: Sendable {
        var root: String
        var ioThreads: Int
        /// Nil: a hundredth of the disk, at most 1 GiB.
        var reserve: ByteCount?
    }

    struct Database: Sendable {
        /// libpq conninfo or URL; nil for the embedded PostgreSQL.
        var url: String?
        var connections: Int
        var waiters: Int
        var connectTimeout: Duration
        var acquireTimeout: Duration
        var statementTimeout: Duration
    }

    struct Embedded: Sendable {
        var user: String
        var binaries: String?
        var startTimeout: Duration
        var stopTimeout: Duration
    }

    struct HTTP: Sendable {
        var isEnabled: Bool
        var hostname: String
        var port: Int
        var eventLoops: Int
        var maximumConnections: Int
        var maximumConnectionsPerAddress: Int
        var maximumRequestsPerConnection: Int
        var maximumHeaderSize: ByteCount
        var maximumHeaderCount: Int
        var idleTimeout: Duration
        var headerTimeout: Duration
        var writeTimeout: Duration
        var lingerTimeout: Duration
        var sendQueueSize: ByteCount
        var pageSize: Int
        var maximumPageSize: Int
        var maximumExamined: Int
        var isPageEnabled: Bool
        var trustedProxies: TrustedAddresses
        /// Whether a proxy on another machine is among them.
        var trustsOtherMachines: Bool
        var clientField: HTTPField.Name?
        var acceleration: AccelerationSettings
    }

    struct TLS: Sendable {
        var files: CertificateFiles
        var options: TLSOptions
        var hostname: String
        var port: Int
        var reloadInterval: Duration
        var handshakeTimeout: Duration
    }

    struct CORS: Sendable {
        var allowedOrigins: [String]
    }

    struct Access: Sendable {
        var mode: AccessMode
        var tokens: Tokens
        /// For signed addresses and grants; the first signs, all are good.
        var signatureKeys: [String]

        /// `access.jwt.*`.
        struct Tokens: Sendable {
            var secrets: [String]
            var keySet: KeySetPlace?
            var refreshInterval: Duration
            var audiences: [String]
            var issuer: String?

            /// Whether no token can be verified.
            var isEmpty: Bool { self.secrets.isEmpty && self.keySet == nil }
        }

        /// Where a JSON Web Key Set is.
        enum KeySetPlace: Hashable, Sendable {
            case file(String)
            case url(String)
        }
    }

    struct Uploads: Sendable {
        /// What the engine is bound by.
        var limits: UploadSettings
        var idleTimeout: Duration
        var minimumRate: ByteCount
        var minimumRateWindow: Duration
        var checkpointSize: ByteCount
        var bufferSize: ByteCount
        var locations: Locations

        /// What `Location` of a new upload is.
        enum Locations: String, CaseIterable, Sendable {
            case absolute
            case relative
        }
    }

    struct Files: Sendable {
        var cachedRecords: Int
        var hotFiles: HotFileCache.Limits
        var waitersPerName: Int
        var retryInterval: Duration
        /// Between two files whose records are filled in.
        var fillInPause: Duration
    }

    struct Images: Sendable {
        var rules: PictureRules
        var warmingQueue: Int
        /// For URLs with free parameters; the first signs, all are good.
        var signatureKeys: [String]

        var limits: ImageLimits { self.rules.limits }
    }

    struct Videos: Sendable {
        var storyboards: Storyboard.Rules
    }

    struct Renditions: Sendable {
        var maximumSize: ByteCount
        var sweepInterval: Duration
        var failureLifetime: Duration
    }

    struct Feed: Sendable {
        var limits: FeedPruner.Limits
    }

    struct Events: Sendable {
        var hub: FeedHub.Limits
    }

    struct Webhooks: Sendable {
        var allowedNetworks: TrustedAddresses
        /// A file; nil: the system's authorities alone.
        var trustedCertificates: String?
        var maximum: Int
        var concurrency: Int
        var limits: WebhookTransport.Limits
        var policy: WebhookPolicy
    }

    struct Workers: Sendable {
        var runtimeCompiler: Bool
        var count: Int
        var addressSpace: ByteCount
        var cpuTime: Duration
        var wallTime: Duration
        var renditionsPerJob: Int
        var jobsPerWorker: Int
        var queue: Int
        var maximumWait: Duration
        var outputSize: ByteCount
    }

    struct Log: Sendable {
        var level: Logger.Level
        var format: LogFormat
        /// Lines that may wait to be written.
        var queue: Int
    }
}
