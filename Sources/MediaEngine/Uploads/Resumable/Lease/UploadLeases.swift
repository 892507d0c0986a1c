import MediaCore

/// Leases on the bytes of uploads: who may write them, among all requests of all processes on the storage root.
///
/// A lease is an ``UploadFile``: its holder is alone with the bytes until it releases or removes them, or until its process ends. A newer
/// request takes over from an older one: it tells the older one to end, here through its ``TransferInterruption`` and in other
/// processes through the catalog, and waits for a bounded time. What the older request received until then is kept.
///
/// ```swift
/// switch try await leases.acquire(id, yieldsToNewer: true) {
/// case .settled(let upload): return upload.state          // Nothing is left to write.
/// case .acquired(let file):
///     let length = try await leases.receive(id, since: clock()) { interruption in … }
///     await file.release()
/// }
/// ```
package final class UploadLeases: Sendable {
    /// What a request gets that asks for an upload's bytes.
    enum Acquisition {
        case acquired(any UploadFile)
        /// All bytes are there; they are becoming a file, or are one already.
        case settled(Upload)
    }

    private let store: any UploadStore
    private let catalog: any UploadCatalog
    private let records: UploadRecords
    private let transfers: UploadTransfers
    private let takeoverTimeout: Duration
    private let clock: WallClock

    /// How long to wait between two attempts to acquire the bytes, and between two demands that other processes hear.
    private static let (attemptInterval, demandInterval) = (Duration.milliseconds(10), Duration.milliseconds(250))

    /// - Parameters:
    ///   - transfers: the requests of this process that receive bytes.
    ///   - takeoverTimeout: how long a newer request waits for an older one to end.
    init(
        store: any UploadStore,
        catalog: any UploadCatalog,
        records: UploadRecords,
        transfers: UploadTransfers,
        takeoverTimeout: Duration,
        clock: @escaping WallClock
    ) {
        self.store = store
        self.catalog = catalog
        self.records = records
        self.transfers = transfers
        self.takeoverTimeout = takeoverTimeout
        self.clock = clock
    }

    // MARK: Acquiring

    /// Acquires an upload's bytes, from an older request if need be.
    ///
    /// - Parameter yieldsToNewer: whether a still newer request ends the waiting: of two that would write, the newer one counts.
    /// - Throws: `upload_locked` when the older request does not end in time; `upload_gone` when the bytes are gone;
    ///   `shutting_down` when the waiting task is cancelled.
    func acquire(_ id: UploadID, yieldsToNewer: Bool) async throws(MediaError) -> Acquisition {
        let ticket = self.transfers.enqueue(id)
        defer { self.transfers.dequeue(id) }
        let asked = self.clock()
        let deadline = ContinuousClock.now + self.takeoverTimeout
        var nextDemand = ContinuousClock.now
        while true {
            self.transfers.interrupt(id, asked: asked)
            if let file = try await self.acquireOrEndLost(id) { return .acquired(file) }
            // Somebody holds it: another request here, another daemon, or the pipeline.
            if nextDemand <= .now {
                let upload = try await self.records.reload(id)
                guard upload.state == .receiving || upload.state == .failed else { return .settled(upload) }
                try await self.catalog.requestTakeover(of: id, asked: asked)
                nextDemand = .now + Self.demandInterval
            }
            guard ContinuousClock.now < deadline, !yieldsToNewer || self.transfers.isNewest(ticket, of: id) else {
                throw MediaError(
                    .uploadLocked,
                    "Another request is using this upload and does not end. Ask for the upload's offset and try again."
                )
            }
            try? await Task.sleep(for: Self.attemptInterval)
            if Task.isCancelled { throw TransferInterruption.Reason.shutdown.error }
        }
    }

    /// Acquires an upload's bytes without disturbing anybody.
    /// - Returns: nil while somebody holds them, and when there are none.
    func acquireIfFree(_ id: UploadID) async throws(MediaError) -> (any UploadFile)? {
        do throws(MediaError) {
            return try await self.store.acquire(id)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    /// Ends an upload whose bytes are gone while its record still waits for more.
    private func acquireOrEndLost(_ id: UploadID) async throws(MediaError) -> (any UploadFile)? {
        do throws(MediaError) {
            return try await self.store.acquire(id)
        } catch  where error.code == .notFound {
            // Ended by another process, complete, or lost.
            let upload = try await self.records.reload(id)
            guard upload.state == .receiving || upload.state == .failed else { return nil }
            try await self.records.end(upload, as: .terminated, from: [.receiving, .failed])
            throw .uploadEnded(.terminated)
        }
    }

    // MARK: Receiving

    /// Runs `body` as the request that receives bytes of an upload whose lease it holds.
    /// - Parameters:
    ///   - time: when the lease was acquired. A demand made before is not meant for this request.
    ///   - body: gets the interruption that tells it to end.
    /// - Throws: `busy` when as many requests as may be receive bytes, and what `body` throws.
    func receive<Result: Sendable>(
        _ id: UploadID,
        since time: Timestamp,
        _ body: (TransferInterruption) async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        guard let interruption = self.transfers.begin(id, at: time) else {
            throw MediaError(
                .busy,
                "As many uploads as this daemon takes at a time are under way. Try again in a moment."
            )
        }
        defer { self.transfers.end(id) }
        return try await body(interruption)
    }

    /// Tells all requests that are receiving bytes to end, and those that begin later; what came is kept. For a daemon that stops.
    package func close() { self.transfers.close() }
}
