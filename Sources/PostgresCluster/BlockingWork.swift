import Dispatch

/// Runs blocking file work away from the cooperative pool, one piece at a time.
package enum BlockingWork {
    private static let queue = DispatchQueue(label: "mediad.postgres-cluster.files")

    /// Runs `body` on the serial queue and waits for it without holding a pool thread.
    package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
