package import Logging
import MediaCore
import ServiceLifecycle

/// The background service of resumable uploads: has the pipeline resume what a crash interrupted and retry what could not be
/// processed, and has the reaper sweep.
package struct UploadMaintenance: Service {
    private let pipeline: UploadPipeline
    private let reaper: UploadReaper
    private let recovery: RecoveryService
    private let isPrepared: @Sendable () -> Bool
    private let sweepInterval: Duration
    private let retryInterval: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - recovery: ends the commits of processes that died meanwhile: uploads of theirs wait for that.
    ///   - retryInterval: pause before something that passes is tried again.
    ///   - isPrepared: true once the schema is up to date.
    package init(
        of uploads: ResumableUploads,
        recovery: RecoveryService,
        retryInterval: Duration,
        isPrepared: @escaping @Sendable () -> Bool,
        logger: Logger
    ) {
        self.pipeline = uploads.pipeline
        self.reaper = uploads.reaper
        self.recovery = recovery
        self.isPrepared = isPrepared
        self.sweepInterval = uploads.settings.sweepInterval
        self.retryInterval = retryInterval
        self.logger = logger
    }

    /// Works until graceful shutdown, then stops the pipeline where it can be resumed.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var nextSweep = ContinuousClock.now
            while !Task.isCancelled {
                if self.isPrepared() {
                    if nextSweep <= .now {
                        await self.attempt { () async throws(MediaError) in _ = try await self.recovery.recover() }
                        await self.attempt { () async throws(MediaError) in
                            try await self.pipeline.resumeInterrupted()
                        }
                        await self.attempt { () async throws(MediaError) in _ = try await self.reaper.sweep() }
                        nextSweep = .now + self.sweepInterval
                    } else {
                        await self.attempt { () async throws(MediaError) in try await self.pipeline.retry() }
                    }
                }
                try? await Task.sleep(for: min(self.retryInterval, self.sweepInterval))
            }
        }
        await self.pipeline.stop()
    }

    private func attempt(_ work: () async throws(MediaError) -> Void) async {
        do throws(MediaError) {
            try await work()
        } catch {
            self.logger.warning("The maintenance of uploads has to wait", metadata: ["error": "\(error)"])
        }
    }
}
