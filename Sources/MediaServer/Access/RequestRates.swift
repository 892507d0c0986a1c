package import Primitives
import Synchronization

/// How often one key, one owner and one address may make requests; who has no limit may as often as he likes.
///
/// Each daemon counts for itself, in memory of fixed size: who was not heard of for the longest time is forgotten first, which is as if
/// he had made no request.
package final class RequestRates: Sendable {
    /// Whom a rate is for; the raw value is the policy's name in the response.
    package enum Kind: String, Sendable, CaseIterable {
        case key
        case owner
        case address
    }

    /// What a request has taken.
    struct Ticket: Sendable {
        var kind: Kind
        var rate: TokenBucket.Rate
        var verdict: TokenBucket.Verdict
    }

    private let rates: [Kind: TokenBucket.Rate]
    private let capacity: Int
    private let buckets = Mutex<[Kind: BoundedCache<String, TokenBucket>]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - rates: by whom (`access.rates.*`).
    ///   - capacity: keys, owners and addresses that are remembered, of each kind (`access.rates.remembered`).
    package init(
        rates: [Kind: TokenBucket.Rate],
        capacity: Int,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.rates = rates
        self.capacity = capacity
        self.now = now
    }

    /// Whether anything is limited.
    var isLimited: Bool { !self.rates.isEmpty }

    /// Counts a request; nil where nothing is limited.
    func take(_ kind: Kind, _ name: String) -> Ticket? { self.ticket(kind, name, isCounted: true) }

    /// What ``take(_:_:)`` would say, without counting anything.
    func look(_ kind: Kind, _ name: String) -> Ticket? { self.ticket(kind, name, isCounted: false) }

    private func ticket(_ kind: Kind, _ name: String, isCounted: Bool) -> Ticket? {
        guard let rate = self.rates[kind] else { return nil }
        let time = self.now()
        let verdict = self.buckets.withLock { all in
            let new = BoundedCache<String, TokenBucket>(capacity: self.capacity, evicting: .leastRecentlyUsed)
            var bucket = all[kind, default: new][name] ?? TokenBucket(rate, at: time)
            let verdict = bucket.take(at: time)
            if isCounted { all[kind, default: new].insert(bucket, for: name) }
            return verdict
        }
        return Ticket(kind: kind, rate: rate, verdict: verdict)
    }
}
