package import Logging
package import MediaCore
import ServiceLifecycle
import Synchronization

/// Keeps `renditions/` within its bound: when it has grown past it, those go that were not asked for for the longest time.
///
/// Who is reading one that goes reads on to its end; the next request makes it again.
package final class RenditionSweeper: Service {
    private let store: any RenditionStore
    private let maximumSize: ByteCount
    private let interval: Duration
    private let inUse: @Sendable () -> [OpenFile]
    private let logger: Logger
    private let estimate = Mutex(Estimate())

    /// Bytes on disk, at least as many as there are: what is removed elsewhere is found out by the next look.
    private struct Estimate {
        /// By the last look; nil before the first.
        var seen: Int64?
        /// Since the last look began.
        var added: Int64 = 0

        var total: Int64? { self.seen.map { $0 + self.added } }
    }

    /// - Parameters:
    ///   - maximumSize: of all renditions together, in blocks of the disk.
    ///   - interval: pause between two looks at the estimate; the disk is looked at when that is above the bound, and once at the start.
    ///   - inUse: renditions that are served without being opened anew.
    package init(
        store: any RenditionStore,
        maximumSize: ByteCount,
        interval: Duration,
        inUse: @escaping @Sendable () -> [OpenFile],
        logger: Logger
    ) {
        self.store = store
        self.maximumSize = maximumSize
        self.interval = interval
        self.inUse = inUse
        self.logger = logger
    }

    /// A rendition of this size was made.
    package func added(_ size: ByteCount) {
        // In blocks, as it takes them.
        let bytes = (size.bytes + 4095) / 4096 * 4096
        self.estimate.withLock { $0.added += bytes }
    }

    /// Sweeps at the start, and whenever the estimate is above the bound, until graceful shutdown.
    ///
    /// A sweep that fails is logged and tried again after the interval.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if self.estimate.withLock({ $0.total }).map({ $0 > self.maximumSize.bytes }) ?? true {
                    do throws(MediaError) {
                        try await self.sweep()
                    } catch {
                        self.logger.warning("The renditions could not be swept", metadata: ["error": "\(error)"])
                    }
                }
                try? await Task.sleep(for: self.interval)
            }
        }
    }

    /// Removes what has to go for nine tenths of the bound to hold, so that the next look is not the next render.
    /// - Returns: how many were removed.
    @discardableResult
    package func sweep() async throws(MediaError) -> Int {
        try await self.store.noteUse(of: self.inUse())
        let added = self.estimate.withLock { $0.added }
        // Counted in hours, because there may be millions: their names are not held in memory.
        var bytesByHour: [Int64: Int64] = [:]
        try await self.visit { rendition in
            bytesByHour[rendition.usedAt.hour, default: 0] += rendition.size.bytes
            return nil
        }
        var total = bytesByHour.values.reduce(0, +)
        // Not before: a look that fails has seen nothing of what was added.
        self.estimate.withLock { estimate in
            estimate.seen = total
            estimate.added -= added
        }
        guard total > self.maximumSize.bytes else { return 0 }
        let aim = self.maximumSize.bytes / 10 * 9
        var oldest: Int64 = .min
        for hour in bytesByHour.keys.sorted() where total > aim {
            total -= bytesByHour[hour] ?? 0
            oldest = hour
        }
        return try await self.remove(usedUntil: oldest, aim: aim)
    }

    /// - Parameter hour: those used before it go, and of those used in it as many as it takes.
    private func remove(usedUntil hour: Int64, aim: Int64) async throws(MediaError) -> Int {
        var removed = 0
        for isLastHour in [false, true] {
            try await self.visit { rendition in
                let isVictim = isLastHour ? rendition.usedAt.hour == hour : rendition.usedAt.hour < hour
                guard isVictim, self.estimate.withLock({ $0.total ?? 0 }) > aim else { return nil }
                removed += 1
                self.estimate.withLock { if let seen = $0.seen { $0.seen = seen - rendition.size.bytes } }
                return rendition.path
            }
        }
        self.logger.notice(
            "Removed renditions that were not asked for",
            metadata: ["files": .stringConvertible(removed), "maximumSize": .stringConvertible(self.maximumSize)]
        )
        return removed
    }

    /// - Parameter victim: the path of the rendition when it is to go.
    private func visit(_ victim: (StoredRendition) -> String?) async throws(MediaError) {
        let digits = Array("0123456789abcdef")
        for first in digits {
            for second in digits {
                if Task.isCancelled { return }
                for rendition in try await self.store.renditions(beginning: "\(first)\(second)") {
                    if let path = victim(rendition) { try await self.store.removeRendition(path: path) }
                }
            }
        }
    }
}

extension Timestamp {
    fileprivate var hour: Int64 { self.seconds / 3600 }
}
