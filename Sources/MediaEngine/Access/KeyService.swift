package import Access
import Credentials
package import MediaCore
package import Primitives
import Synchronization

/// Makes keys, takes them back, and recognizes who comes with one.
///
/// What was found out about a key counts for a part of a second: so long may a revoked key go on, on all daemons, without anybody having to
/// be told; and so often is the database asked for a key that is used all the time.
package final class KeyService: Sendable {
    private let catalog: any KeyCatalog
    private let clock: WallClock
    private let known: Mutex<BoundedCache<KeyID, Known>>
    private let now: @Sendable () -> ContinuousClock.Instant
    private let presence: Mutex<BoundedCache<Bool, Bool>>
    private let lastPresence = Mutex<Bool?>(nil)
    /// When the question was sent that the database answered last.
    private let lastContact = Mutex<ContinuousClock.Instant?>(nil)

    /// How long a key may be known. A stream of events asks again every ``FeedHub/rightsInterval``; both together, and the way to the
    /// database, are within the second in which a revocation is promised to be felt.
    package static let lifetime = Duration.milliseconds(400)
    /// How long whoever is there already may stay while the database does not say whether he still may: as long as it takes a
    /// database to start again or another one to take over.
    package static let patience = Duration.seconds(30)
    /// Keys that are known at a time. Keys that do not exist take room too.
    static let capacity = 1024

    /// What the catalog said of a key, and until when that counts.
    private struct Known {
        var record: KeyRecord?
        var until: ContinuousClock.Instant
    }

    package init(
        catalog: any KeyCatalog,
        clock: @escaping WallClock,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.catalog = catalog
        self.clock = clock
        self.now = now
        self.known = Mutex(BoundedCache(capacity: Self.capacity, lifetime: Self.lifetime, now: now))
        self.presence = Mutex(BoundedCache(capacity: 1, lifetime: Self.lifetime, now: now))
    }

    /// Makes a key.
    ///
    /// - Parameter lifetime: nil: until it is revoked.
    /// - Returns: the text to send, which is nowhere else, and what is kept.
    /// - Throws: `invalid_request` for a name or a number of scopes that is not allowed.
    package func create(
        name: String,
        scopes: [Scope],
        lifetime: Duration?
    ) async throws(MediaError) -> (text: String, record: KeyRecord) {
        guard (1...KeyRecord.maximumNameLength).contains(name.count), !name.contains(where: \.isNewline) else {
            throw MediaError(.invalidRequest, "The name of a key has 1 to \(KeyRecord.maximumNameLength) characters.")
        }
        guard !scopes.isEmpty else { throw MediaError(.invalidRequest, "A key needs at least one scope.") }
        let set: ScopeSet
        do { set = try ScopeSet(scopes) } catch { throw MediaError(.invalidRequest, "\(error)") }
        guard let (text, key) = APIKey.make() else { throw MediaError(.internalError, "No key could be made.") }
        let created = self.clock()
        let record = KeyRecord(
            id: key.id,
            name: name,
            scopes: set,
            digest: key.digest,
            createdAt: created,
            expiresAt: lifetime.map { Timestamp(microseconds: created.microseconds + $0.microseconds) }
        )
        try await self.catalog.insert(record)
        return (text, record)
    }

    /// All keys, the newest first.
    package func list() async throws(MediaError) -> [KeyRecord] { try await self.catalog.keys() }

    /// Takes a key back: everywhere it counts no more within a second.
    /// - Throws: `not_found`.
    package func revoke(_ id: KeyID) async throws(MediaError) {
        guard try await self.catalog.revoke(id, at: self.clock()) else {
            throw MediaError(.notFound, "There is no key \(id).")
        }
        self.known.withLock { $0.invalidate(id) }
    }

    /// Whether there is any key, or ever was one: a service that needed keys is not open again because the last one was revoked or has
    /// expired. Known for a while, like a key.
    package func hasAny() async throws(MediaError) -> Bool {
        // That does not change any more.
        if self.hadAny == true { return true }
        let (found, generation) = self.presence.withLock { ($0[true], $0.generation) }
        if let found { return found }
        let asked = self.now()
        let hasAny = try await self.catalog.hasHadKey()
        self.lastContact.withLock { $0 = asked }
        self.presence.withLock { $0.insert(hasAny, for: true, since: generation) }
        self.lastPresence.withLock { $0 = hasAny }
        return hasAny
    }

    /// Whether anybody can come in with a key.
    package func hasValid() async throws(MediaError) -> Bool {
        try await self.catalog.hasValidKey(at: self.clock())
    }

    /// What ``hasAny()`` found last, however long ago; nil where it never found out.
    var hadAny: Bool? { self.lastPresence.withLock { $0 } }

    /// Who comes with this key. Takes the same time for a key that never was and for one whose secret is wrong.
    ///
    /// - Returns: until when this counts, too; the catalog is to be asked again then.
    /// - Throws: `token_invalid`, `token_expired`; `catalog_unavailable` when it cannot be found out: nobody is let in by guess.
    func principal(_ key: APIKey) async throws(MediaError) -> (Principal, until: ContinuousClock.Instant) {
        let known = try await self.record(key.id)
        guard let record = known.record, key.hasDigest(record.digest), record.revokedAt == nil else {
            throw MediaError(.tokenInvalid, "\(CredentialError.unknown)")
        }
        guard record.isValid(at: self.clock()) else { throw MediaError(.tokenExpired, "\(CredentialError.expired)") }
        return (record.principal, known.until)
    }

    /// Whether the database was heard within ``patience``: for so long what it said last may stand for what it would say.
    var isInTouch: Bool {
        self.lastContact.withLock { $0 }.map { self.now() - $0 < Self.patience } ?? false
    }

    /// Whether a key that was recognized before still counts, with the same rights. While that cannot be found out it does for
    /// ``patience``, and then no more.
    func isStanding(_ id: KeyID, as principal: Principal) async -> Bool {
        do throws(MediaError) {
            guard let record = try await self.record(id).record else { return false }
            return record.isValid(at: self.clock()) && record.principal == principal
        } catch {
            return self.isInTouch
        }
    }

    private func record(_ id: KeyID) async throws(MediaError) -> Known {
        let (found, generation) = self.known.withLock { ($0[id], $0.generation) }
        if let found { return found }
        // From before the question: what is revoked while it is under way must not count longer than that.
        let asked = self.now()
        let known = Known(record: try await self.catalog.key(id), until: asked + Self.lifetime)
        self.lastContact.withLock { $0 = asked }
        self.known.withLock { $0.insert(known, for: id, since: generation) }
        return known
    }
}
