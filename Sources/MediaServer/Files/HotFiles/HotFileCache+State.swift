import MediaCore
import NIOCore

extension HotFileCache {
    /// What is kept, guarded by the cache's lock.
    struct State {
        var files: [HotFileKey: HotFile] = [:]
        var keysByPath: [MediaPath: Set<HotFileKey>] = [:]
        /// In the order in which the clock's hand passes; with keys of files that are gone, until it does.
        var clock: [HotFileKey] = []
        var hand = 0
        var bodyBytes = 0
        /// Raised by each change: what was opened before it must not be put in after it.
        var generation = 0
        var isTrusted = false
        /// Bytes that are being read.
        var admissions = 0
        var eventLoopCaches: [ObjectIdentifier: NIOLoopBound<EventLoopFileCache>] = [:]

        mutating func remove(_ key: HotFileKey) -> HotFile? {
            guard let file = self.files.removeValue(forKey: key) else { return nil }
            self.bodyBytes -= file.body?.readableBytes ?? 0
            self.keysByPath[file.path]?.remove(key)
            if self.keysByPath[file.path]?.isEmpty == true { self.keysByPath[file.path] = nil }
            return file
        }

        /// Turns the clock's hand until everything is within the limits.
        mutating func makeRoom(within limits: HotFileCache.Limits, sparing newest: HotFile) -> [HotFile] {
            var evicted: [HotFile] = []
            // The first round takes away every file's second chance, so the second one ends it.
            var steps = 2 * self.clock.count
            while self.files.count > limits.files || self.bodyBytes > limits.totalBodyBytes, steps > 0 {
                steps -= 1
                if self.hand >= self.clock.count { self.hand = 0 }
                let key = self.clock[self.hand]
                guard let file = self.files[key] else {
                    // Gone before: its place is taken by the last one.
                    self.clock.swapAt(self.hand, self.clock.count - 1)
                    self.clock.removeLast()
                    continue
                }
                if file === newest || file.takeUse() {
                    self.hand += 1
                } else if let file = self.remove(key) {
                    evicted.append(file)
                }
            }
            // Files that changes took away leave keys behind.
            if self.clock.count > 2 * max(self.files.count, 64) {
                self.clock = Array(self.files.keys)
                self.hand = 0
            }
            return evicted
        }
    }
}
