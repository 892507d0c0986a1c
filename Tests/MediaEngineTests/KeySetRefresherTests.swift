import Access
import Credentials
import Foundation
import Logging
import Primitives
import Synchronization
import Testing

@testable import MediaEngine

@Suite("Key sets that are read again")
struct KeySetRefresherTests {
    private struct Gone: Error {}

    /// What the next readings give; the last one again and again.
    private final class Source: Sendable {
        let results: Mutex<[Result<[UInt8], Gone>]>
        init(_ results: [Result<[UInt8], Gone>]) { self.results = Mutex(results) }

        func read() throws -> [UInt8] {
            try self.results.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
        }
    }

    private static let set = Array(
        #"{"keys":[{"kty":"oct","kid":"1","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#.utf8
    )

    private static func refresher(_ source: Source, _ authority: TokenAuthority) -> KeySetRefresher {
        KeySetRefresher(
            authority: authority,
            secrets: [],
            interval: .seconds(60),
            place: "test",
            read: { try source.read() },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test("Failures are tried again sooner, each time later, and never longer than the interval; good keys stay")
    func failures() async throws {
        let authority = TokenAuthority(verifier: TokenVerifier(), keys: KeySet([]), isEmpty: false)
        let source = Source([
            .success(Self.set), .failure(Gone()), .success(Array("{".utf8)), .success(Array(#"{"keys":[]}"#.utf8)),
            .success(Array(repeating: 32, count: KeySet.maximumLengthBytes + 1)), .failure(Gone()), .failure(Gone()),
            .failure(Gone()), .failure(Gone()), .success(Self.set),
        ])
        let refresher = Self.refresher(source, authority)
        var state = KeySetRefresher.State(backoff: Backoff(range: .seconds(1) ... .seconds(60)))
        #expect(await refresher.refresh(&state) == .seconds(60))
        #expect(state.failure == nil && state.bytes == Self.set)
        var last = Duration.zero
        for _ in 0..<8 {
            let pause = await refresher.refresh(&state)
            #expect(pause <= .seconds(60) && pause >= .milliseconds(500))
            last = max(last, pause)
            #expect(state.failure != nil && state.bytes == Self.set)
        }
        #expect(last > .seconds(10))
        #expect(await refresher.refresh(&state) == .seconds(60))
        #expect(state.failure == nil)
    }
}
