package import Logging
package import MediaCore
import ServiceLifecycle

/// Fills in, in the background, what the mediad that recorded a file did not look for yet: placeholders, codecs, tracks.
///
/// One file at a time, with a pause after each, so that uploads and thumbnails find the workers free. What fails is left as it
/// was and tried again after the next start.
package struct FactsFiller: Service {
    private let catalog: any Catalog
    private let files: FileService
    private let changes: ChangeDispatcher
    private let inspector: any Inspector
    private let limits: ImageLimits
    private let pause: Duration
    private let retryInterval: Duration
    private let isPrepared: @Sendable () -> Bool
    private let logger: Logger

    /// - Parameters:
    ///   - changes: told of every record that is changed.
    ///   - pause: after each file.
    ///   - retryInterval: pause before something that passes is tried again.
    ///   - isPrepared: true once the schema is up to date.
    package init(
        catalog: any Catalog,
        files: FileService,
        changes: ChangeDispatcher,
        inspector: any Inspector,
        limits: ImageLimits,
        pause: Duration,
        retryInterval: Duration,
        isPrepared: @escaping @Sendable () -> Bool,
        logger: Logger
    ) {
        self.catalog = catalog
        self.files = files
        self.changes = changes
        self.inspector = inspector
        self.limits = limits
        self.pause = pause
        self.retryInterval = retryInterval
        self.isPrepared = isPrepared
        self.logger = logger
    }

    /// How many records one pass dealt with.
    package struct Summary: Hashable, Sendable {
        /// Records that have what they lacked.
        package var filled = 0
        /// Left as they were.
        package var failed = 0

        /// Counts of files.
        package init(filled: Int = 0, failed: Int = 0) {
            self.filled = filled
            self.failed = failed
        }
    }

    /// Waits until the schema is up to date, goes through all files once, and then until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !self.isPrepared(), !Task.isCancelled { try? await Task.sleep(for: self.retryInterval) }
            let summary = await self.fillIn()
            if summary != Summary() {
                self.logger.notice(
                    "Filled in what older records lacked",
                    metadata: [
                        "files": .stringConvertible(summary.filled), "failed": .stringConvertible(summary.failed),
                    ]
                )
            }
            // A service that ends would end the group.
            try? await gracefulShutdown()
        }
    }

    /// Goes once through all files that lack something; ends early when the task is cancelled.
    @discardableResult
    package func fillIn() async -> Summary {
        var summary = Summary()
        var cursor: MediaID?
        while let page = await self.page(after: cursor), let last = page.last {
            for file in page {
                switch await self.patiently(
                    "\(file.path)",
                    { () async throws(MediaError) in try await self.fillIn(file) }
                ) {
                case true?: summary.filled += 1
                case false?: break
                case nil: summary.failed += 1
                }
                if Task.isCancelled { return summary }
                try? await Task.sleep(for: self.pause)
            }
            cursor = last.id
        }
        return summary
    }

    private func page(after cursor: MediaID?) async -> [MediaFile]? {
        await self.patiently("the next records") { () async throws(MediaError) in
            try await self.catalog.files(factsBelow: Inspection.factsVersion, after: cursor, limit: 100)
        }
    }

    /// - Returns: false when there was nothing to do any more.
    private func fillIn(_ listed: MediaFile) async throws(MediaError) -> Bool {
        let opened = try await self.files.open(listed.path)
        var file = opened.record
        guard file.id == listed.id else { return false }
        let inspection = try await self.inspector.inspect(
            try await opened.content.file(),
            allowedTypes: [file.type.essence],
            limits: self.limits,
            // Behind everybody who waits for a response.
            urgency: JobUrgency(isUrgent: false)
        )
        guard inspection.type == file.type else {
            throw MediaError(.typeNotAllowed, "It is \(inspection.type) by now, and was recorded as \(file.type).")
        }
        file.takeFacts(of: inspection)
        let isFilled = try await self.catalog.fillIn(file)
        await self.changes.dispatch(.recordChanged(file.path))
        return isFilled
    }

    /// Tries again what fails for a reason that passes, a bounded number of times.
    /// - Parameter what: for the log.
    /// - Returns: nil when it failed for good, or the task was cancelled.
    private func patiently<Value: Sendable>(
        _ what: String,
        _ work: () async throws(MediaError) -> Value
    ) async -> Value? {
        for attempt in 1...Self.maximumAttempts {
            if Task.isCancelled { return nil }
            do throws(MediaError) {
                return try await work()
            } catch {
                let passes = [.busy, .catalogUnavailable, .storageUnavailable].contains(error.code)
                guard passes, attempt < Self.maximumAttempts else {
                    self.logger.info("Facts were not filled in", metadata: ["of": "\(what)", "error": "\(error)"])
                    return nil
                }
                try? await Task.sleep(for: self.retryInterval)
            }
        }
        return nil
    }

    private static let maximumAttempts = 10
}
