package import MediaCore
package import NIOPosix

/// Where system calls on files run: a bounded set of threads of their own, so that neither an event loop nor the
/// cooperative pool ever waits for a disk.
package struct BlockingIO: Sendable {
    private let pool: NIOThreadPool

    /// - Parameter pool: started; shut down by whoever made it.
    package init(pool: NIOThreadPool) { self.pool = pool }

    /// Runs `body` on one of the threads. Waits in line when all are busy; the line is as long as there are requests,
    /// which the server bounds.
    package func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        do {
            return try await self.pool.runIfActive { try body() }
        } catch let error as MediaError {
            throw error
        } catch {
            throw Self.unavailable(error)
        }
    }

    /// Runs `body` on one of the threads, also for a task that is cancelled: what has to be done so that nothing is left half
    /// done, or that was already paid for by a client that has gone.
    package func runToEnd<Result: Sendable>(
        _ body: @escaping @Sendable () throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        let outcome = await withCheckedContinuation { continuation in
            self.pool.submit { state in
                guard case .active = state else {
                    return continuation.resume(returning: Swift.Result<Result, MediaError>.failure(Self.unavailable()))
                }
                do throws(MediaError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try outcome.get()
    }

    private static func unavailable(_ cause: (any Error)? = nil) -> MediaError {
        MediaError(.storageUnavailable, "The daemon is shutting down.", cause: cause)
    }
}
