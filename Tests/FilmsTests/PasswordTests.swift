import HTTPSemantics
import Primitives
import Synchronization
import Testing

@testable import Films

@Suite("Passwords by Argon2id")
struct PasswordTests {
    private let small = Argon2.Parameters(memoryKiB: 19 << 10, passes: 2)

    private func settings(threads: Int = 1, queue: Int = 8) throws -> AccountSettings {
        AccountSettings(
            passwordMemory: .mebibytes(1),
            passwordTime: .milliseconds(10),
            passwordThreads: threads,
            passwordQueue: queue,
            trustedProxies: try TrustedAddresses([])
        )
    }

    @Test("A hash says what it was made with, and proves its password only")
    func hashes() throws {
        let hash = try Argon2.hash(Array("correct horse".utf8), self.small)
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(Argon2.parameters(of: hash) == self.small)
        #expect(try Argon2.verify(Array("correct horse".utf8), against: hash))
        #expect(try !Argon2.verify(Array("correct hors".utf8), against: hash))
        #expect(try Argon2.hash(Array("correct horse".utf8), self.small) != hash)
        for text in ["", "$argon2i$v=19$m=1,t=1,p=1$a$b", "$argon2id$v=19$m=x,t=1,p=1$a$b", "plain"] {
            #expect(Argon2.parameters(of: text) == nil)
        }
    }

    @Test(
        "The passes are as many as the time allows, within bounds",
        arguments: [(1, 16), (50, 10), (125, 4), (250, 2), (9000, 2)]
    )
    func measured(milliseconds: Int, passes: UInt32) throws {
        let cost = try PasswordCost.measured(memoryKiB: 19 << 10, target: .milliseconds(250)) { _ in
            .milliseconds(milliseconds)
        }
        #expect(cost.parameters == .init(memoryKiB: 19 << 10, passes: passes))
        #expect(Argon2.parameters(of: cost.decoy) == cost.parameters)
    }

    @Test("A hash by another memory, or by much fewer passes, is replaced; one by a few fewer or more is not")
    func replaced() {
        let cost = PasswordCost(parameters: .init(memoryKiB: 65536, passes: 6), decoy: "")
        func hash(_ memory: Int, _ passes: Int) -> String { "$argon2id$v=19$m=\(memory),t=\(passes),p=1$c2FsdA$aGFzaA" }
        #expect(cost.replaces(hash(65536, 4)))
        #expect(!cost.replaces(hash(65536, 5)))
        #expect(!cost.replaces(hash(65536, 9)))
        #expect(cost.replaces(hash(19456, 6)))
    }

    @Test(
        "An attempt counts when what was sent was wrong; not when it was right, nor when the service could not decide"
    )
    func counted() async {
        let limiter = AttemptLimiter(.init(quota: 1, window: .seconds(3600)))
        func attempt(_ error: FilmsError?) async -> FilmsError.Code? {
            do {
                try await limiter.countingFailures("a") { () async throws(FilmsError) in if let error { throw error } }
                return nil
            } catch { return error.code }
        }
        let (away, wrong) = (FilmsError(.busy, .noMemory), FilmsError(.invalidCredentials, .credentialsWrong))
        let codes = [
            await attempt(nil), await attempt(away), await attempt(away), await attempt(wrong), await attempt(nil),
        ]
        #expect(codes == [nil, .busy, .busy, .invalidCredentials, .rateLimited])
    }

    @Test(
        "What a cheaper hash leaves to be done is done: the work of both is that of the dearest",
        arguments: [
            ((64, 6), (64, 2), 4), ((64, 6), (19, 2), 5), ((64, 6), (64, 6), nil), ((19, 2), (64, 6), nil),
            ((64, 2), (60, 2), nil),
        ]
            as [((UInt32, UInt32), (UInt32, UInt32), UInt32?)]
    )
    func rest(dearest: (UInt32, UInt32), spent: (UInt32, UInt32), passes: UInt32?) {
        let dearest = Argon2.Parameters(memoryKiB: dearest.0 << 10, passes: dearest.1)
        let rest = dearest.rest(after: Argon2.Parameters(memoryKiB: spent.0 << 10, passes: spent.1))
        #expect(rest == passes.map { Argon2.Parameters(memoryKiB: dearest.memoryKiB, passes: $0) })
    }

    @Test("The memory has a floor; composed and decomposed texts are one password; nobody's password is always wrong")
    func hasher() async throws {
        let hasher = PasswordHasher(try self.settings(), logger: silentLogger)
        let hash = try await hasher.hash("caf\u{E9} noir !")
        #expect(Argon2.parameters(of: hash)?.memoryKiB == 19 << 10)
        #expect(try await hasher.check("cafe\u{301} noir !", against: hash) == .right(replacement: nil))
        #expect(try await hasher.check("cafe noir !", against: hash) == .wrong)
        #expect(try await hasher.check("nobody's password", against: nil) == .wrong)
        await hasher.shutdown()
        await #expect(throws: FilmsError.self) { try await hasher.hash("after the end") }
    }

    @Test("A hash by weaker parameters is made anew when its password is known")
    func rehash() async throws {
        let hasher = PasswordHasher(try self.settings(), logger: silentLogger)
        let weak = try Argon2.hash(Array("correct horse".utf8), .init(memoryKiB: 1024, passes: 1))
        guard case .right(let replacement?) = try await hasher.check("correct horse", against: weak) else {
            Issue.record("not replaced")
            return
        }
        #expect(Argon2.parameters(of: replacement)?.memoryKiB == 19 << 10)
        #expect(try await hasher.check("wrong horse", against: weak) == .wrong)
        await hasher.shutdown()
    }

    @Test("Whoever comes when too many wait is sent away at once")
    func bounded() async throws {
        let hasher = PasswordHasher(try self.settings(threads: 1, queue: 1), logger: silentLogger)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await hasher.hash("correct horse")
                        return false
                    } catch {
                        return (error as? FilmsError)?.code == .busy
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect((1...18).contains(refused))
        _ = try await hasher.hash("correct horse")
        await hasher.shutdown()
    }
}

@Suite("Limits of attempts")
struct AttemptLimiterTests {
    @Test("Each key has its attempts; good ones are given back; they come back with time")
    func attempts() throws {
        let start = ContinuousClock.now
        let time = AttemptTime(start)
        let limiter = AttemptLimiter(.init(quota: 2, window: .seconds(60)), now: { time.now })
        try limiter.take("a")
        try limiter.take("a")
        let error = #expect(throws: FilmsError.self) { try limiter.take("a") }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == 30)
        try limiter.take("b")
        limiter.giveBack("a")
        try limiter.take("a")
        time.now = start + .seconds(31)
        try limiter.take("a")
    }

    @Test("Looking whether one is left takes none")
    func looking() throws {
        let time = AttemptTime(.now)
        let limiter = AttemptLimiter(.init(quota: 1, window: .seconds(60)), capacity: 1, now: { time.now })
        for _ in 0..<3 { try limiter.check("a") }
        try limiter.take("a")
        let error = #expect(throws: FilmsError.self) { try limiter.check("a") }
        #expect(error?.code == .rateLimited && error?.retryAfter == 60)
        // Keys that share a bucket are looked up there.
        for _ in 0..<3 { try limiter.check("b") }
        try limiter.take("b")
        #expect(throws: FilmsError.self) { try limiter.check("c") }
    }

    @Test("A flood of keys is refused instead of remembered, and those that were there go on")
    func flood() throws {
        let start = ContinuousClock.now
        let time = AttemptTime(start)
        let limiter = AttemptLimiter(.init(quota: 2, window: .seconds(60)), capacity: 3, now: { time.now })
        for key in ["a", "b", "c", "d", "e"] { try limiter.take(key) }
        #expect(throws: FilmsError.self) { try limiter.take("f") }
        try limiter.take("a")
        time.now = start + .seconds(120)
        try limiter.take("g")
        try limiter.take("g")
    }
}

/// A time that is set.
private final class AttemptTime: Sendable {
    private let time: Mutex<ContinuousClock.Instant>

    init(_ start: ContinuousClock.Instant) { self.time = Mutex(start) }

    var now: ContinuousClock.Instant {
        get { self.time.withLock { $0 } }
        set { self.time.withLock { $0 = newValue } }
    }
}
