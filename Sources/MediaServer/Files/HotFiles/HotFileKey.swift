/// What a file in memory is found by: a request's target as it was sent, and what the client accepts where that is negotiated.
///
/// Only a hash with the process's random seed; who finds a file by it compares the target too.
struct HotFileKey: Hashable, Sendable {
    private let hash: Int

    /// - Parameter acceptance: nil for a response that everybody gets, whatever `Accept` says.
    init(target: UnsafeRawBufferPointer, acceptance: PictureAcceptance?) {
        var hasher = Hasher()
        hasher.combine(bytes: target)
        hasher.combine(acceptance)
        self.hash = hasher.finalize()
    }
}
