import Access
import Credentials
import MediaCore
import MediaTesting
import Primitives
import Synchronization
import Testing

@testable import MediaEngine

/// Whether somebody who was let in may stay.
@Suite("Access: standing")
struct AccessStandingTests {
    /// A database that can go away, and clocks that stand until they are moved.
    private final class Scene: KeyCatalog {
        private struct State {
            var records: [KeyID: KeyRecord] = [:]
            var isAway = false
            var time = ContinuousClock.now
        }

        private let state = Mutex(State())
        let tokens = TokenAuthority(verifier: TokenVerifier(), keys: KeySet([]), isEmpty: true)

        func setAway(_ isAway: Bool) { self.state.withLock { $0.isAway = isAway } }
        func advance(by duration: Duration) { self.state.withLock { $0.time += duration } }

        private func records() throws(MediaError) -> [KeyID: KeyRecord] {
            let (isAway, records) = self.state.withLock { ($0.isAway, $0.records) }
            guard !isAway else { throw MediaError(.catalogUnavailable, "away") }
            return records
        }

        func insert(_ key: KeyRecord) async { self.state.withLock { $0.records[key.id] = key } }
        func key(_ id: KeyID) async throws(MediaError) -> KeyRecord? { try self.records()[id] }
        func keys() async throws(MediaError) -> [KeyRecord] { Array(try self.records().values) }
        func hasValidKey(at time: Timestamp) async throws(MediaError) -> Bool { try !self.records().isEmpty }

        func revoke(_ id: KeyID, at time: Timestamp) async -> Bool {
            self.state.withLock { state in
                state.records[id]?.revokedAt = time
                return state.records[id] != nil
            }
        }

        func service(_ mode: AccessMode = .auto) -> AccessService {
            let now: @Sendable () -> ContinuousClock.Instant = { self.state.withLock { $0.time } }
            let clock: WallClock = { Timestamp(seconds: 1_800_000_000, nanoseconds: 0) }
            let grants = InMemoryCatalog()
            return AccessService(
                policy: AccessPolicy(visibilities: [:]),
                mode: mode,
                isLoopbackOnly: true,
                keys: KeyService(catalog: self, clock: clock, now: now),
                tokens: self.tokens,
                grants: GrantAuthority(signatureKeys: [], catalog: grants),
                addresses: AddressAuthority(signatureKeys: [], catalog: grants),
                clock: clock,
                now: now
            )
        }
    }

    @Test("A revoked key is felt after its lifetime in memory, which leaves room in a second for those who look again")
    func revoked() async throws {
        let scene = Scene()
        let service = scene.service()
        let (text, record) = try await service.keys.create(name: "a", scopes: [.manage], lifetime: nil)
        let principal = try await service.principal(credential: text)
        #expect(await service.isStanding(principal))
        // By another daemon: nobody tells this one.
        _ = await scene.revoke(record.id, at: Timestamp(seconds: 1_800_000_000, nanoseconds: 0))
        scene.advance(by: KeyService.lifetime)
        #expect(await !service.isStanding(principal))
        await #expect(throws: MediaError.self) { try await service.principal(credential: text) }
        #expect(KeyService.lifetime + FeedHub.rightsInterval < .seconds(1))
    }

    @Test("While the database is away who is there stays for a bounded time, and nobody comes in")
    func away() async throws {
        let scene = Scene()
        let service = scene.service()
        let (text, _) = try await service.keys.create(name: "a", scopes: [.manage], lifetime: nil)
        let principal = try await service.principal(credential: text)
        scene.setAway(true)
        scene.advance(by: KeyService.patience - .milliseconds(1))
        #expect(await service.isStanding(principal))
        await #expect(throws: MediaError.self) { try await service.principal(credential: text) }
        scene.advance(by: .milliseconds(2))
        #expect(await !service.isStanding(principal))
        scene.setAway(false)
        #expect(await service.isStanding(principal))
    }

    @Test("So does somebody whom an open service let in; what was never found out opens nothing")
    func open() async throws {
        let scene = Scene()
        let service = scene.service()
        scene.setAway(true)
        await #expect(throws: MediaError.self) { try await service.watcherWithoutCredentials() }
        #expect(await !service.isOpen())
        #expect(await !service.isStanding(.open))
        scene.setAway(false)
        #expect(await service.isStanding(.open))
        scene.setAway(true)
        scene.advance(by: .seconds(5))
        #expect(await service.isStanding(.open))
        #expect(try await service.watcherWithoutCredentials() == .open)
        scene.advance(by: KeyService.patience)
        #expect(await !service.isStanding(.open))
        scene.setAway(false)
        _ = try await service.keys.create(name: "a", scopes: [.link], lifetime: nil)
        #expect(await !service.isStanding(.open))
        #expect(try await service.watcherWithoutCredentials() == .anonymous)
    }

    @Test("A token stands as long as the key that verified it is trusted, whatever other keys come and go")
    func tokens() async throws {
        let scene = Scene()
        let service = scene.service(.required)
        let first = try VerificationKey(secret: String(repeating: "a", count: 32))
        let second = try VerificationKey(secret: String(repeating: "b", count: 32))
        scene.tokens.replace(KeySet([first]))
        let principal = Principal.token(subject: "ann", scopes: .all, end: nil, verifiedBy: first.identity)
        #expect(await service.isStanding(principal))
        scene.tokens.replace(KeySet([second, first]))
        #expect(await service.isStanding(principal))
        scene.tokens.replace(KeySet([second]))
        #expect(await !service.isStanding(principal))
        #expect(await !service.isStanding(.token(subject: "ann", scopes: .all, end: nil)))
    }

    @Test(
        "Without configured keys all processes on a database sign addresses with one secret; with some, only with those"
    )
    func addresses() async throws {
        let catalog = InMemoryCatalog()
        let end = Timestamp(seconds: 1_900_000_000, nanoseconds: 0)
        let one = AddressAuthority(signatureKeys: [], catalog: catalog)
        #expect(!one.signer.hasKeys)
        let signed = try #require(try await one.prepare().sign("/files/a/1", until: end))
        #expect(one.signer.verdict(on: signed, at: end) == .valid(until: end))
        let other = AddressAuthority(signatureKeys: [], catalog: catalog)
        #expect(other.signer.verdict(on: signed, at: end) == .forged)
        try await other.prepare()
        #expect(other.signer.verdict(on: signed, at: end) == .valid(until: end))
        let configured = AddressAuthority(signatureKeys: ["0123456789abcdef"], catalog: catalog)
        #expect(try await configured.prepare().verdict(on: signed, at: end) == .forged)
        let elsewhere = AddressAuthority(signatureKeys: [], catalog: InMemoryCatalog())
        #expect(try await elsewhere.prepare().verdict(on: signed, at: end) == .forged)
        // No grant is signed with it.
        let token = try #require(
            try await GrantAuthority(signatureKeys: [], catalog: catalog).tokens().token(for: Self.grant())
        )
        let secret = try await catalog.secret(for: "address", orStore: "another")
        #expect(throws: CredentialError.forged) { try GrantTokens(signatureKeys: [secret]).grant(of: token) }
    }

    private static func grant() throws -> UploadGrant {
        try #require(UploadGrant(id: "1", files: try NamePattern("a/1"), end: Timestamp(microseconds: 0)))
    }
}
