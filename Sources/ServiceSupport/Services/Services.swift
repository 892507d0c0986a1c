import ServiceLifecycle

/// A service whose body ends when something else is told to end.
package struct BackgroundService: Service {
    private let body: @Sendable () async throws -> Void
    private let stop: @Sendable () async -> Void

    /// - Parameters:
    ///   - body: the work; an error that it throws ends the service.
    ///   - stop: called once, at a graceful shutdown or when the service is cancelled; has to make `body` return.
    package init(
        _ body: @escaping @Sendable () async throws -> Void,
        onGracefulShutdown stop: @escaping @Sendable () async -> Void
    ) {
        self.body = body
        self.stop = stop
    }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.body() }
            group.addTask {
                try? await gracefulShutdown()
                await self.stop()
            }
            // The body's end: by the stop, or by itself.
            try await group.next()
            try await group.waitForAll()
        }
    }
}

/// A service whose body runs until it is cancelled.
package struct CancelledService: Service {
    private let body: @Sendable () async throws -> Void

    /// - Parameter body: the work; cancelled at a graceful shutdown. The service ends with the error that it throws.
    package init(_ body: @escaping @Sendable () async throws -> Void) { self.body = body }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.body() }
    }
}
