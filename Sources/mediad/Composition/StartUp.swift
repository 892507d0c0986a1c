import Logging
import MediaCatalog
import MediaCore
import MediaEngine
import MediaStorage
import ServiceLifecycle
import Synchronization

/// Brings the schema up to date and settles what a crash left open, before anybody sees a file.
///
/// With the database up this is done before the daemon listens. A configured database may come up later: until then every
/// request that needs it, and `/readyz`, get 503.
final class StartUp: Service {
    private let app: AppServices
    private let done = Mutex(false)

    init(_ app: AppServices) { self.app = app }

    /// True as soon as files can be served.
    var isDone: Bool { self.done.withLock { $0 } }

    /// Tries once, before anything else runs.
    /// - Throws: what trying again does not mend.
    func tryOnce() async throws {
        if let obstacle = try await self.attempt() { self.complain(obstacle) }
    }

    /// Tries until it is done, then sweeps what is only in the way, then waits for the end.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var backoff = Backoff(range: .milliseconds(200) ... .seconds(5))
            while !self.isDone, !Task.isCancelled {
                guard let obstacle = try await self.attempt() else { break }
                self.complain(obstacle)
                backoff.failed(at: .now, jitter: .random(in: 0...1))
                if let next = backoff.nextAttempt { try? await Task.sleep(until: next, clock: .continuous) }
            }
            await self.sweep()
            // A service that ends would end the group.
            try? await gracefulShutdown()
        }
    }

    /// - Returns: nil when all is prepared, or what stands in the way for now.
    private func attempt() async throws -> MediaError? {
        do throws(MediaError) {
            try await self.app.prepareDatabase(listens: true)
            try await self.judgeClock()
            let summary = try await self.app.maintenance.recovery.recover()
            if summary.sweptFiles > 0 {
                self.app.logger.notice("Swept staging", metadata: ["files": .stringConvertible(summary.sweptFiles)])
            }
            try await self.app.access.check()
            // Before the first request: whoever comes with a signed address is judged without looking anything up.
            try await self.app.access.service.addresses.prepare()
            self.done.withLock { $0 = true }
            return nil
        } catch {
            guard error.code == .catalogUnavailable, !error.isSchemaProblem else { throw error }
            return error
        }
    }

    /// Nothing expires at once because the clock was wrong already when this process began.
    private func judgeClock() async throws(MediaError) {
        let times = try await self.app.catalog.times()
        let evidence = ClockEvidence(wall: Timestamp.now(), database: times.now, newest: times.newest)
        if let begin = evidence.expiryBegin(keeping: self.app.settings.uploads.limits.expiry) {
            self.app.expiryClock.begin(at: begin)
        }
        if let begin = evidence.expiryBegin(keeping: self.app.settings.trashPatience) {
            self.app.trashClock.begin(at: begin)
        }
        guard let warning = evidence.warning else { return }
        self.app.logger.warning(
            "\(warning)",
            metadata: [
                "clock": "\(evidence.wall)", "database": "\(evidence.database)",
                "newest": "\(evidence.newest.map { "\($0)" } ?? "none")",
            ]
        )
    }

    private func sweep() async {
        do {
            let prefixes = try await self.app.maintenance.recovery.sweepRenditions()
            guard !prefixes.isEmpty else { return }
            self.app.logger.notice(
                "Removed stale thumbnails",
                metadata: ["originals": .stringConvertible(prefixes.count)]
            )
        } catch {
            // They take room and nothing else; the next start tries again.
            self.app.logger.info("Stale thumbnails were not removed", metadata: ["error": "\(error)"])
        }
    }

    private func complain(_ obstacle: MediaError) {
        self.app.logger.error(
            "The database does not answer; trying again",
            metadata: ["error": "\(obstacle)"]
        )
    }
}
