package import Primitives

/// The bounds of what follows the changes. Every field is a documented setting of filmd (`sync.*`), whose default it has.
package struct SyncLimits: Sendable {
    /// Streams (WebSocket) at a time.
    package var maximumStreams = 10_000
    /// Readers of changes at a time: subscriptions of streams, and requests that wait.
    package var maximumReaders = 10_000
    /// Subscriptions of one stream. One is enough for a page.
    package var maximumSubscriptions = 4
    /// Changes that are kept in memory.
    package var bufferedChanges = 4096
    /// Of their records.
    package var bufferedBytes: ByteCount = .mebibytes(32)
    /// Pages that are read from the database at a time for those who are behind.
    package var readsAtOnce = 4
    /// Of one message of a client.
    package var messageBytes: ByteCount = .kibibytes(64)
    /// Between two pings of a stream.
    package var pingInterval: Duration = .seconds(20)
    /// After so long without a word a client gets a sign of life.
    package var heartbeat: Duration = .seconds(15)
    /// How long a client may take until its first token.
    package var tokenTime: Duration = .seconds(10)
    /// How much longer than its token a stream lives.
    package var tokenGrace: Duration = .seconds(30)
    /// How long a client may take over one delivery.
    package var deliveryTime: Duration = .seconds(20)
    /// How long the feed may not be readable before readers are let go.
    package var outageTime: Duration = .seconds(10)

    package init() {}
}
