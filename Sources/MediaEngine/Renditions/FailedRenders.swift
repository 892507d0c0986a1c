import MediaCore
import Synchronization

/// Renders that failed because of the file itself. Whoever asks for one again is told so without another worker's time: a picture
/// that takes its worker with it would otherwise cost one for each request.
final class FailedRenders: Sendable {
    private let failures: Mutex<BoundedCache<RenditionKey, MediaError>>

    /// - Parameters:
    ///   - lifetime: how long a failure is remembered; not long, as one may have been bad luck. Zero: not at all.
    ///   - capacity: failures that are remembered at most; of one more the oldest is found out again.
    init(lifetime: Duration, capacity: Int, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        let cache = BoundedCache<RenditionKey, MediaError>(
            capacity: lifetime > .zero ? capacity : 0,
            lifetime: lifetime,
            now: now
        )
        self.failures = Mutex(cache)
    }

    subscript(key: RenditionKey) -> MediaError? { self.failures.withLock { $0[key] } }

    /// Remembers a failure that another attempt would not change.
    func note(_ error: MediaError, of key: RenditionKey) {
        guard Self.lasting.contains(error.code) else { return }
        self.failures.withLock { _ = $0.insert(error, for: key) }
    }

    private static let lasting: Set<MediaError.Code> = [
        .fileDamaged, .imageTooLarge, .notRenderable, .encrypted, .processingFailed,
    ]
}
