import Synchronization

/// PostgreSQL clusters for tests: real servers in a private directory, gone when the test process is gone.
///
/// Leftovers of test processes that were killed are removed by the next process that asks for a cluster.
package enum ThrowawayPostgres {
    private static let sharedTask = Mutex<Task<ThrowawayCluster, any Error>?>(nil)

    /// The one cluster of this test process, started on first use, with durability switched off for speed.
    ///
    /// Tests that stop or kill the server use ``make(settings:isDurable:)`` instead.
    package static func shared() async throws -> ThrowawayCluster {
        let task = sharedTask.withLock { task in
            if let task { return task }
            let new = Task { try await make(settings: fast, isDurable: false) }
            task = new
            return new
        }
        return try await task.value
    }

    /// A cluster of the caller's own, started, with PostgreSQL's default durability.
    ///
    /// - Parameters:
    ///   - settings: Server settings on top of the defaults.
    ///   - isDurable: false skips the flushing of the new data directory (not of later commits).
    ///   - programs: the directory of the server programs; nil takes the newest that is installed.
    package static func make(
        settings: [String: String] = [:],
        isDurable: Bool = false,
        programs: String? = nil
    ) async throws -> ThrowawayCluster {
        let cluster = try await ThrowawayCluster(settings: settings, isDurable: isDurable, programs: programs)
        try await cluster.start()
        return cluster
    }

    /// Settings that trade durability for speed.
    package static let fast = [
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "600",
    ]
}
