import MediaCore
import Synchronization

/// Renders that failed because of the file itself. Whoever asks for one again is told so without another worker's time: a picture
/// that takes its worker with it would otherwise cost one for each request.
final class FailedRenders: Sendable {
    private let lifetime: Duration
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let failures = Mutex<[RenditionKey: Failure]>([:])

    private struct Failure {
        var error: MediaError
        var end: ContinuousClock.Instant
    }

    /// - Parameters:
    ///   - lifetime: how long a failure is remembered; not long, as one may have been bad luck. Zero: not at all.
    ///   - capacity: failures that are remembered at most.
    init(lifetime: Duration, capacity: Int, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.lifetime = lifetime
        self.capacity = capacity
        self.now = now
    }

    subscript(key: RenditionKey) -> MediaError? {
        let now = self.now()
        return self.failures.withLock { failures in
            guard let failure = failures[key] else { return nil }
            if failure.end <= now {
                failures[key] = nil
                return nil
            }
            return failure.error
        }
    }

    /// Remembers a failure that another attempt would not change.
    func note(_ error: MediaError, of key: RenditionKey) {
        guard self.lifetime > .zero, Self.lasting.contains(error.code) else { return }
        let now = self.now()
        self.failures.withLock { failures in
            if failures.count >= self.capacity { failures = failures.filter { $0.value.end > now } }
            // Full of failures that are not over: this one is found out again.
            guard failures.count < self.capacity else { return }
            failures[key] = Failure(error: error, end: now + self.lifetime)
        }
    }

    private static let lasting: Set<MediaError.Code> = [
        .fileDamaged, .imageTooLarge, .notRenderable, .processingFailed,
    ]
}
