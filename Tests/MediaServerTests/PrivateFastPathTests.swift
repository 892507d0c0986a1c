import Access
import Credentials
import HTTPSemantics
import HTTPTypes
import MediaCore
import MediaTesting
import NIOCore
import NIOEmbedded
import NIOHPACK
import Primitives
import Synchronization
import Testing

@testable import HTTPServing
@testable import MediaEngine
@testable import MediaServer

/// Private files in front of the router: who gets them, and until when.
@Suite("The fast path for private files")
struct PrivateFastPathTests {
    /// One event loop, with clocks that stand until they are moved.
    private final class Scene {
        let clocks = Clocks()
        let files = HotFileScene()
        let loop = EmbeddedEventLoop()
        let service: AccessService
        let tokens = TokenAuthority(verifier: TokenVerifier(), keys: KeySet([]), isEmpty: false)
        let keyService: KeyService
        let cache: EventLoopFileCache

        init() {
            let clocks = self.clocks
            self.keyService = KeyService(
                catalog: KeysInMemory(),
                clock: { clocks.wall },
                now: { clocks.steady }
            )
            self.service = AccessService(
                policy: AccessPolicy(visibilities: ["posters": .private]),
                mode: .required,
                isLoopbackOnly: false,
                keys: self.keyService,
                tokens: self.tokens,
                grants: GrantAuthority(signatureKeys: [], catalog: InMemoryCatalog()),
                addresses: AddressAuthority(signatureKeys: ["0123456789abcdef"], catalog: InMemoryCatalog()),
                clock: { clocks.wall },
                now: { clocks.steady }
            )
            self.cache = self.files.cache.eventLoopCache(on: self.loop, allowsAllOrigins: true, access: self.service)
        }

        func key(_ scopes: String...) async throws -> String {
            try await self.keyService.create(
                name: "test",
                scopes: try scopes.map { try Scope($0) },
                lifetime: nil
            ).text
        }

        /// What the router does with each request that has a credential.
        func route(_ credential: String) async throws {
            self.cache.remember(try await self.service.recognition(credential: credential))
        }

        func keep(_ name: String, _ guarding: FileGuard, freshness: Freshness = .immutable) throws {
            var candidate = try HotFileScene.candidate(name, Array("hot".utf8))
            candidate.guarding = guarding
            candidate.freshness = freshness
            candidate.representation.extraFields[.cacheControl] = freshness.shared
            self.files.cache.admit(candidate, since: self.files.cache.generation)
            try self.files.settle()
        }

        /// The response from memory; nil where the router is asked.
        func response(_ name: String, _ fields: String...) -> String? {
            let head =
                "GET /files/posters/\(name) HTTP/1.1\r\nHost: h\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n"
            return Array(head.utf8).withUnsafeBytes { bytes in
                guard case .simple(let request) = SimpleRequest.recognize(bytes) else { return nil }
                let http2 = self.cache.http2Response(to: request, in: bytes)
                let response = self.cache.response(to: request, in: bytes)
                #expect((http2 == nil) == (response == nil))
                guard let response, let http2 else { return nil }
                let text = String(buffer: response.head)
                for field in ["cache-control", "vary"] {
                    #expect(http2.head.first(name: field).map { text.contains(": \($0)\r\n") } ?? true, "\(text)")
                }
                return text
            }
        }
    }

    /// The cache of an event loop reads the wall clock of the machine, so time is counted from now.
    private final class Clocks: Sendable {
        private let passed = Mutex(Duration.zero)
        private let began = ContinuousClock.now
        private let date = Timestamp(seconds: DateOfTheMachine.seconds, nanoseconds: 0)

        var steady: ContinuousClock.Instant { self.began + self.passed.withLock { $0 } }
        var wall: Timestamp { self.date }
        func pass(_ time: Duration) { self.passed.withLock { $0 += time } }
    }

    private static let poster = FileReference(collection: "posters", name: "1")

    @Test("They go to whoever has the right, and to nobody else, whatever else comes along")
    func readers() async throws {
        let scene = Scene()
        try scene.keep("1.jpg", .right(Self.poster))
        try scene.keep("2.jpg", .right(FileReference(collection: "posters", name: "2")))
        let one = try await scene.key("read:posters/1")
        let all = try await scene.key("read:posters/*")
        let none = try await scene.key("read:avatars/*")
        #expect(scene.response("1.jpg", "Authorization: Bearer \(one)") == nil, "nobody has recognized it yet")
        for key in [one, all, none] { try await scene.route(key) }
        // In turns: what was decided about one is not taken for another.
        for _ in 1...3 {
            let response = scene.response("1.jpg", "Authorization: Bearer \(one)")
            #expect(response?.contains("Cache-Control: max-age=0, must-revalidate, private\r\n") == true)
            #expect(response?.contains("Vary: Authorization\r\n") == true)
            #expect(scene.response("2.jpg", "Authorization: Bearer \(one)") == nil)
            #expect(scene.response("1.jpg", "Authorization: Bearer \(all)") != nil)
            #expect(scene.response("2.jpg", "Authorization: bearer \(all)") != nil)
            #expect(scene.response("1.jpg", "Authorization: Bearer \(none)") == nil)
            #expect(scene.response("1.jpg") == nil)
            #expect(scene.response("1.jpg", "Cookie: Authorization=Bearer \(all); key=\(all)") == nil)
            #expect(scene.response("1.jpg", "Cookie: a=b", "Authorization: Bearer \(one)") != nil)
            #expect(scene.response("1.jpg", "Authorization: Bearer \(one)x") == nil)
            #expect(scene.response("1.jpg", "Authorization: Bearer \(one.dropLast())") == nil)
            #expect(scene.response("1.jpg", "Authorization: Basic \(one)") == nil)
            #expect(scene.response("1.jpg", "Authorization: Bearer \(one)", "Authorization: Bearer \(all)") == nil)
            #expect(scene.response("1.jpg?grant=\(all)") == nil)
        }
    }

    @Test("A key counts for a second since it was looked up, so one that was revoked ends in time")
    func keysEnd() async throws {
        let scene = Scene()
        try scene.keep("1.jpg", .right(Self.poster))
        let key = try await scene.key("manage")
        try await scene.route(key)
        scene.clocks.pass(.milliseconds(600))
        // Recognized again, from what is known of it: that makes it no younger.
        try await scene.route(key)
        #expect(scene.response("1.jpg", "Authorization: Bearer \(key)") != nil)
        scene.clocks.pass(.milliseconds(400))
        #expect(scene.response("1.jpg", "Authorization: Bearer \(key)") == nil)
        try await scene.route(key)
        #expect(scene.response("1.jpg", "Authorization: Bearer \(key)") != nil)
    }

    @Test("A token counts until it ends, or other keys verify tokens; what it ended for is not let in again")
    func tokensEnd() async throws {
        let scene = Scene()
        try scene.keep("1.jpg", .right(Self.poster))
        let secret = "a secret of more than thirty-two bytes"
        scene.tokens.replace(KeySet([try VerificationKey(secret: secret)]))
        let now = DateOfTheMachine.seconds
        let token = HS256.token(#"{"sub":"u","scope":"read:posters/*","exp":\#(now + 3600)}"#, secret: secret)
        // In its thirty seconds of leeway, which end within this test only if the machine stands still.
        let late = HS256.token(#"{"sub":"u","scope":"read:posters/*","exp":\#(now - 28)}"#, secret: secret)
        try await scene.route(token)
        try await scene.route(late)
        scene.clocks.pass(.seconds(3000))
        #expect(scene.response("1.jpg", "Authorization: Bearer \(token)") != nil)
        #expect(try await eventually { scene.response("1.jpg", "Authorization: Bearer \(late)") == nil })
        scene.tokens.replace(KeySet([]))
        #expect(scene.response("1.jpg", "Authorization: Bearer \(token)") == nil)
    }

    @Test("Credentials that are known are bounded; the oldest makes room")
    func bounded() async throws {
        let scene = Scene()
        try scene.keep("1.jpg", .right(Self.poster))
        let first = try await scene.key("manage")
        try await scene.route(first)
        let recognition = try await scene.service.recognition(credential: first)
        for number in 0..<KnownReaders.capacity {
            scene.cache.remember(
                Recognition(
                    principal: recognition.principal,
                    digest: CredentialDigest("\(number)"),
                    lookedUpUntil: nil,
                    keyGeneration: 0
                )
            )
        }
        #expect(scene.response("1.jpg", "Authorization: Bearer \(first)") == nil)
        #expect(scene.response("1.jpg", "Authorization: Bearer 1023") != nil)
    }

    @Test("A signed address is good until its last second, for whoever comes without credentials, and says how long")
    func addresses() throws {
        let scene = Scene()
        let now = DateOfTheMachine.seconds
        try scene.keep("1.jpg?expires=1", .signature(until: Timestamp(seconds: now + 1000, nanoseconds: 0)))
        try scene.keep("1.jpg?expires=2", .signature(until: Timestamp(seconds: now - 1, nanoseconds: 0)))
        let response = try #require(scene.response("1.jpg?expires=1"))
        let age = try #require(response.firstMatch(of: /Cache-Control: max-age=(\d+), must-revalidate, private\r\n/)?.1)
        #expect((900...1000).contains(try #require(Int(age))))
        #expect(response.contains("Referrer-Policy: no-referrer\r\n"))
        for fields in ["Range: bytes=0-0", "If-None-Match: \"v1\""] {
            let response = try #require(scene.response("1.jpg?expires=1", fields))
            #expect(response.contains(", must-revalidate, private\r\n"), "\(response)")
        }
        #expect(scene.response("1.jpg?expires=1", "Cookie: a=b") != nil)
        #expect(scene.response("1.jpg?expires=1", "Authorization: Bearer x") == nil, "the router decides")
        #expect(scene.response("1.jpg?expires=2") == nil)
    }

    @Test("The heads of a signed address are written anew each second")
    func heads() throws {
        var candidate = try HotFileScene.candidate("1.jpg", Array("hot".utf8))
        candidate.guarding = .signature(until: Timestamp(seconds: 2000, nanoseconds: 0))
        candidate.freshness = .immutable
        let slot = HotFileSlot(HotFile(candidate, body: ByteBuffer(string: "hot")), date: DateField(seconds: 1000))
        for second in [1000, 1001, 1001, 1999] as [Int64] {
            let date = DateField(seconds: second)
            slot.advance(to: date)
            let age = "max-age=\(2000 - second), must-revalidate, private"
            #expect(String(buffer: slot.head(date)).contains(age))
            #expect(String(buffer: try #require(slot.whole(date)?.0)).contains(age))
            #expect(String(buffer: slot.partialHead(0..<1, date)).contains(age))
            #expect(slot.http2Head(date).first(name: "cache-control") == age)
            #expect(slot.http2PartialHead(0..<1, date).first(name: "cache-control") == age)
            #expect(slot.http2Head(date).first(name: "date") == date.text)
        }
    }

    @Test("What everybody may read is nobody's secret, with credentials or without")
    func open() async throws {
        let scene = Scene()
        try scene.keep("1.jpg", .none)
        try scene.keep("2.jpg", .unlisted)
        for name in ["1.jpg", "2.jpg"] {
            #expect(scene.response(name) != nil)
            #expect(scene.response(name, "Authorization: Bearer whatever") != nil)
            #expect(scene.response(name, "Authorization: Basic eDp5") == nil)
        }
        #expect(scene.response("1.jpg")?.contains("public") == true)
        #expect(scene.response("2.jpg")?.contains("X-Robots-Tag: noindex") == true)
    }
}
