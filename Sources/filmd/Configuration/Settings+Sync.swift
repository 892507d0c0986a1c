import Films
import Primitives
import ServiceSupport

extension SyncLimits {
    /// Reads `sync.*`.
    init(_ reader: SettingsReader) async throws {
        self.init()
        try await self.readCounts(reader)
        try await self.readTimes(reader)
    }

    private mutating func readCounts(_ reader: SettingsReader) async throws {
        self.maximumStreams = try await reader.read(
            .integer(
                "sync.maximumStreams",
                default: self.maximumStreams,
                in: 1...1_000_000,
                "Streams (/api/sync) at a time; more get a 503. Each is a connection too (http.maximumConnections)."
            )
        )
        self.maximumReaders = try await reader.read(
            .integer(
                "sync.maximumReaders",
                default: self.maximumReaders,
                in: 1...1_000_000,
                """
                Subscriptions of streams, and requests to /api/changes that wait, at a time; more are told to come again \
                (busy). A page has one.
                """
            )
        )
        self.maximumSubscriptions = try await reader.read(
            .integer(
                "sync.maximumSubscriptions",
                default: self.maximumSubscriptions,
                in: 1...64,
                "Subscriptions of one stream. A page has one."
            )
        )
        self.bufferedChanges = try await reader.read(
            .integer(
                "sync.bufferedChanges",
                default: self.bufferedChanges,
                in: 1...1_000_000,
                """
                Changes kept in memory while somebody follows. Readers who are further behind read from the database until \
                they have caught up.
                """
            )
        )
        self.bufferedBytes = try await reader.read(
            .bytes(
                "sync.bufferedBytes",
                default: self.bufferedBytes,
                in: .kibibytes(64) ... .gibibytes(4),
                "Of their records; beyond it the oldest changes go, however few they are."
            )
        )
        self.readsAtOnce = try await reader.read(
            .integer(
                "sync.readsAtOnce",
                default: self.readsAtOnce,
                in: 1...256,
                "Pages read from the database at a time for readers who are behind; the others wait for their turn."
            )
        )
        self.messageBytes = try await reader.read(
            .bytes(
                "sync.messageBytes",
                default: self.messageBytes,
                in: .kibibytes(8) ... .mebibytes(1),
                "Of one message of a client; a larger one ends its stream. The largest there is has an access token."
            )
        )
    }

    private mutating func readTimes(_ reader: SettingsReader) async throws {
        self.pingInterval = try await reader.read(
            .duration(
                "sync.pingInterval",
                default: self.pingInterval,
                in: .seconds(1) ... .seconds(3600),
                "Pause between two pings of a stream. One that is not answered before the next ends it."
            )
        )
        self.heartbeat = try await reader.read(
            .duration(
                "sync.heartbeat",
                default: self.heartbeat,
                in: .seconds(1) ... .seconds(30),
                """
                After so long without a change a stream gets a sign of life, with the cursor that it has reached. The page \
                takes one that is silent for 45 seconds to be broken.
                """
            )
        )
        self.tokenTime = try await reader.read(
            .duration(
                "sync.tokenTime",
                default: self.tokenTime,
                in: .seconds(1) ... .seconds(300),
                "How long the first message of a stream, the access token, may take."
            )
        )
        self.tokenGrace = try await reader.read(
            .duration(
                "sync.tokenGrace",
                default: self.tokenGrace,
                in: .seconds(1) ... .seconds(900),
                "How long a stream goes on behind the end of its access token, until a new one comes."
            )
        )
        self.deliveryTime = try await reader.read(
            .duration(
                "sync.deliveryTime",
                default: self.deliveryTime,
                in: .milliseconds(100) ... .seconds(3600),
                "How long a client may take to read what was sent at a time; a slower one is let go (slow_reader)."
            )
        )
        self.outageTime = try await reader.read(
            .duration(
                "sync.outageTime",
                default: self.outageTime,
                in: .seconds(1) ... .seconds(3600),
                "How long the database may be away before those who follow are let go."
            )
        )
    }
}
