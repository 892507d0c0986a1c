package import MediaCore

/// The bounds of resumable uploads. Every field is a configuration key (`uploads.*`).
package struct UploadSettings: Sendable {
    /// How long an unfinished upload is kept after its last byte.
    package var expiry: Duration
    /// How long the record of an ended upload is kept after its end.
    package var retention: Duration
    /// Pause between two sweeps, which end expired uploads and remove the records of old ones.
    package var sweepInterval: Duration
    /// How much the staging area may hold.
    package var quota: UploadQuota
    /// Requests that may receive bytes at a time.
    package var maximumTransfers: Int
    /// How long a newer request waits for an older one to end.
    package var takeoverTimeout: Duration
    /// How long a request that brought the last bytes waits for what becomes of them.
    package var completionWait: Duration
    /// Records kept in memory.
    package var cachedUploads: Int
    /// Where uploads go that name no collection; nil refuses them when they are complete.
    package var defaultCollection: String?

    package init(
        expiry: Duration,
        retention: Duration,
        sweepInterval: Duration,
        quota: UploadQuota,
        maximumTransfers: Int,
        takeoverTimeout: Duration,
        completionWait: Duration,
        cachedUploads: Int,
        defaultCollection: String?
    ) {
        self.expiry = expiry
        self.retention = retention
        self.sweepInterval = sweepInterval
        self.quota = quota
        self.maximumTransfers = maximumTransfers
        self.takeoverTimeout = takeoverTimeout
        self.completionWait = completionWait
        self.cachedUploads = cachedUploads
        self.defaultCollection = defaultCollection
    }
}
