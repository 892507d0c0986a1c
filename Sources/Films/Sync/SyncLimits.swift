package import Primitives

/// The bounds of what follows the changes. Every field is a documented setting of filmd (`sync.*`).
package struct SyncLimits: Sendable {
    /// Streams (WebSocket) at a time.
    package var maximumStreams: Int
    /// Readers of changes at a time: subscriptions of streams, and requests that wait.
    package var maximumReaders: Int
    /// Subscriptions of one stream. One is enough for a page.
    package var maximumSubscriptions: Int
    /// Changes that are kept in memory.
    package var bufferedChanges: Int
    /// Of their records.
    package var bufferedBytes: ByteCount
    /// Pages that are read from the database at a time for those who are behind.
    package var readsAtOnce: Int
    /// Of one message of a client.
    package var messageBytes: ByteCount
    /// Between two pings of a stream.
    package var pingInterval: Duration
    /// After so long without a word a client gets a sign of life.
    package var heartbeat: Duration
    /// How long a client may take until its first token.
    package var tokenTime: Duration
    /// How much longer than its token a stream lives.
    package var tokenGrace: Duration
    /// How long a client may take over one delivery.
    package var deliveryTime: Duration
    /// How long the feed may not be readable before readers are let go.
    package var outageTime: Duration

    package init(
        maximumStreams: Int = 10_000,
        maximumReaders: Int = 10_000,
        maximumSubscriptions: Int = 4,
        bufferedChanges: Int = 4096,
        bufferedBytes: ByteCount = .mebibytes(32),
        readsAtOnce: Int = 4,
        messageBytes: ByteCount = .kibibytes(64),
        pingInterval: Duration = .seconds(20),
        heartbeat: Duration = .seconds(15),
        tokenTime: Duration = .seconds(10),
        tokenGrace: Duration = .seconds(30),
        deliveryTime: Duration = .seconds(20),
        outageTime: Duration = .seconds(10)
    ) {
        self.maximumStreams = maximumStreams
        self.maximumReaders = maximumReaders
        self.maximumSubscriptions = maximumSubscriptions
        self.bufferedChanges = bufferedChanges
        self.bufferedBytes = bufferedBytes
        self.readsAtOnce = readsAtOnce
        self.messageBytes = messageBytes
        self.pingInterval = pingInterval
        self.heartbeat = heartbeat
        self.tokenTime = tokenTime
        self.tokenGrace = tokenGrace
        self.deliveryTime = deliveryTime
        self.outageTime = outageTime
    }
}
