import HTTPSemantics
import HTTPTypes
import Logging
import MediaCore
import MediaServer
import NIOCore

extension Settings {
    /// Reads and checks every key.
    /// - Throws: ``MediaError`` `invalid_configuration`, naming the key, the value and what is allowed.
    init(_ reader: SettingsReader) async throws {
        self.storage = try await Storage(reader)
        self.database = try await Database(reader)
        self.embedded = try await Embedded(reader)
        self.http = try await HTTP(reader)
        self.tls = try await TLS.read(reader, http: self.http)
        self.cors = try await CORS(reader)
        self.files = try await Files(reader)
        self.images = try await Images(reader)
        self.films = try await Films(reader)
        self.renditions = try await Renditions(reader)
        self.workers = try await Workers(reader)
        self.log = try await Log(reader)
        self.shutdownTimeout = try await reader.duration(
            "shutdownTimeout",
            default: .seconds(20),
            in: .seconds(1) ... .seconds(3600)
        )
        self.collections = try await CollectionSettings.read(reader)
        self.uploads = try await Uploads(reader, collections: self.collections.map(\.name))
    }
}

extension Settings.Storage {
    fileprivate init(_ reader: SettingsReader) async throws {
        self.root = try await reader.string("storage.root", default: "./storage")
        self.ioThreads = try await reader.integer("storage.ioThreads", default: 8, in: 1...256)
    }
}

extension Settings.Database {
    fileprivate init(_ reader: SettingsReader) async throws {
        self.url = try await reader.optionalString("database.url")
        self.connections = try await reader.integer("database.connections", default: 8, in: 2...256)
        self.waiters = try await reader.integer("database.waiters", default: 1024, in: 1...100_000)
        self.connectTimeout = try await reader.duration(
            "database.connectTimeout",
            default: .seconds(5),
            in: .anyTimeout
        )
        self.acquireTimeout = try await reader.duration(
            "database.acquireTimeout",
            default: .seconds(5),
            in: .anyTimeout
        )
        self.statementTimeout = try await reader.duration(
            "database.statementTimeout",
            default: .seconds(30),
            in: .anyTimeout
        )
    }
}

extension Settings.Embedded {
    fileprivate init(_ reader: SettingsReader) async throws {
        self.user = try await reader.string("embedded.user", default: "postgres")
        self.binaries = try await reader.optionalString("embedded.binaries")
        self.startTimeout = try await reader.duration("embedded.startTimeout", default: .seconds(60), in: .anyTimeout)
        self.stopTimeout = try await reader.duration("embedded.stopTimeout", default: .seconds(30), in: .anyTimeout)
    }
}

extension Settings.HTTP {
    fileprivate init(_ reader: SettingsReader) async throws {
        self.isEnabled = try await reader.bool("http.enabled", default: true)
        self.hostname = try await reader.string("http.hostname", default: "127.0.0.1")
        self.port = try await reader.integer("http.port", default: 8080, in: 0...65535)
        self.eventLoops = try await reader.integer("http.eventLoops", default: System.coreCount, in: 1...256)
        self.maximumConnections = try await reader.integer(
            "http.maximumConnections",
            default: 10_240,
            in: 1...1_000_000
        )
        self.maximumConnectionsPerAddress = try await reader.integer(
            "http.maximumConnectionsPerAddress",
            default: 256,
            in: 0...1_000_000
        )
        self.maximumRequestsPerConnection = try await reader.integer(
            "http.maximumRequestsPerConnection",
            default: 100_000,
            in: 1...1_000_000_000
        )
        self.maximumHeaderSize = try await reader.bytes(
            "http.maximumHeaderSize",
            default: .kibibytes(32),
            in: .kibibytes(1) ... .mebibytes(1)
        )
        self.maximumHeaderCount = try await reader.integer("http.maximumHeaderCount", default: 100, in: 10...1000)
        self.idleTimeout = try await reader.duration("http.idleTimeout", default: .seconds(60), in: .anyTimeout)
        self.headerTimeout = try await reader.duration("http.headerTimeout", default: .seconds(20), in: .anyTimeout)
        self.writeTimeout = try await reader.duration("http.writeTimeout", default: .seconds(60), in: .anyTimeout)
        self.lingerTimeout = try await reader.duration("http.lingerTimeout", default: .seconds(2), in: .anyTimeout)
        self.sendQueueSize = try await reader.bytes(
            "http.sendQueueSize",
            default: .mebibytes(256),
            in: ByteCount(bytes: 0) ... .gibibytes(64)
        )
        self.maximumPageSize = try await reader.integer("http.maximumPageSize", default: 500, in: 1...10_000)
        self.pageSize = try await reader.integer("http.pageSize", default: 50, in: 1...self.maximumPageSize)
        self.isPageEnabled = try await reader.bool("page.enabled", default: true)
        self.trustedProxies = try await Self.trustedProxies(reader)
        self.clientField = try await Self.clientField(reader)
        self.acceleration = try await AccelerationSettings(reader)
    }

    private static func trustedProxies(_ reader: SettingsReader) async throws -> TrustedAddresses {
        let texts = try await reader.strings("http.trustedProxies", default: ["127.0.0.1", "::1"])
        do {
            return try TrustedAddresses(texts)
        } catch {
            throw SettingsReader.invalid(
                "http.trustedProxies",
                error.text,
                "an IP address or a network such as 10.0.0.0/8"
            )
        }
    }

    private static func clientField(_ reader: SettingsReader) async throws -> HTTPField.Name? {
        guard let text = try await reader.optionalString("http.clientField") else { return nil }
        guard let name = HTTPField.Name(text) else {
            throw SettingsReader.invalid("http.clientField", text, "the name of a header field")
        }
        return name
    }
}

extension Settings.Files {
    fileprivate init(_ reader: SettingsReader) async throws {
        self.cachedRecords = try await reader.integer("files.cachedRecords", default: 10_000, in: 0...10_000_000)
        self.hotFiles = HotFileCache.Limits(
            files: try await reader.integer("files.openFiles", default: 1000, in: 0...1_000_000),
            bodyBytes: Int(
                try await reader.bytes(
                    "files.cachedFileSize",
                    default: .kibibytes(64),
                    in: ByteCount(bytes: 0) ... .mebibytes(16)
                ).bytes
            ),
            totalBodyBytes: Int(
                try await reader.bytes(
                    "files.cacheSize",
                    default: .mebibytes(16),
                    in: ByteCount(bytes: 0) ... .gibibytes(64)
                )
                .bytes
            )
        )
        self.waitersPerName = try await reader.integer("files.waitersPerName", default: 16, in: 0...10_000)
        self.retryInterval = try await reader.duration("files.retryInterval", default: .seconds(2), in: .anyTimeout)
        self.fillInPause = try await reader.duration(
            "files.fillInPause",
            default: .milliseconds(100),
            in: .zero ... .seconds(3600)
        )
    }
}

extension Settings.Workers {
    fileprivate init(_ reader: SettingsReader) async throws {
        self.count = try await reader.integer("workers.count", default: System.coreCount, in: 1...256)
        self.addressSpace = try await reader.bytes(
            "workers.addressSpace",
            default: .gibibytes(2),
            in: .mebibytes(256) ... .gibibytes(1024)
        )
        self.cpuTime = try await reader.duration("workers.cpuTime", default: .seconds(30), in: .anyTimeout)
        self.wallTime = try await reader.duration("workers.wallTime", default: .seconds(30), in: .anyTimeout)
        self.jobsPerWorker = try await reader.integer("workers.jobsPerWorker", default: 1000, in: 1...1_000_000)
        self.runtimeCompiler = try await reader.bool("workers.runtimeCompiler", default: true)
        self.queue = try await reader.integer("workers.queue", default: 256, in: 1...100_000)
        self.maximumWait = try await reader.duration("workers.maximumWait", default: .seconds(30), in: .anyTimeout)
        self.outputSize = try await reader.bytes(
            "workers.outputSize",
            default: .mebibytes(64),
            in: .mebibytes(1) ... .gibibytes(4)
        )
    }
}

extension Settings.Log {
    fileprivate init(_ reader: SettingsReader) async throws {
        self.level = try await reader.choice("log.level", default: .info)
        self.format = try await reader.choice("log.format", default: .text)
    }
}
