package import Logging
import MediaCore
import ServiceLifecycle

/// Tends the resumable uploads in the background: takes up what a crash interrupted, ends what expired, frees what nobody needs.
package struct UploadSweeper: Service {
    private let uploads: ResumableUploadService
    private let recovery: RecoveryService
    private let isPrepared: @Sendable () -> Bool
    private let retryInterval: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - recovery: ends the commits of processes that died meanwhile: uploads of theirs wait for that.
    ///   - retryInterval: pause before something that passes is tried again.
    ///   - isPrepared: true once the schema is up to date.
    package init(
        uploads: ResumableUploadService,
        recovery: RecoveryService,
        retryInterval: Duration,
        isPrepared: @escaping @Sendable () -> Bool,
        logger: Logger
    ) {
        self.uploads = uploads
        self.recovery = recovery
        self.retryInterval = retryInterval
        self.isPrepared = isPrepared
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var nextSweep = ContinuousClock.now
            while !Task.isCancelled {
                if self.isPrepared() {
                    if nextSweep <= .now {
                        await self.attempt { () async throws(MediaError) in _ = try await self.recovery.recover() }
                        await self.attempt { () async throws(MediaError) in try await self.uploads.resumeInterrupted() }
                        await self.attempt { () async throws(MediaError) in _ = try await self.uploads.sweep() }
                        nextSweep = .now + self.uploads.settings.sweepInterval
                    } else {
                        await self.attempt { () async throws(MediaError) in try await self.uploads.retry() }
                    }
                }
                try? await Task.sleep(for: min(self.retryInterval, self.uploads.settings.sweepInterval))
            }
        }
        await self.uploads.processing.stop()
    }

    private func attempt(_ work: () async throws(MediaError) -> Void) async {
        do throws(MediaError) {
            try await work()
        } catch {
            self.logger.warning("Tending the uploads has to wait", metadata: ["error": "\(error)"])
        }
    }
}
