import ServiceLifecycle
import ServiceLifecycleTestKit

/// A service that is told to shut down in the middle of a test.
enum ShutdownScene {
    /// - Parameter body: is given what begins the shutdown.
    static func run(_ service: some Service, _ body: @Sendable (_ begin: () -> Void) async throws -> Void) async throws
    {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                try await body { trigger.triggerGracefulShutdown() }
                try await group.waitForAll()
            }
        }
    }
}
