import MediaCore
import Testing

@testable import MediaEngine

@Suite("When an endpoint that failed is tried again")
struct WebhookPolicyTests {
    private static let policy = WebhookPolicy(
        tries: 5,
        firstPause: .seconds(1),
        longestPause: .seconds(6),
        probeInterval: .seconds(100),
        disableAfter: .seconds(1000),
        disabledProbeInterval: .seconds(10_000)
    )
    private static let start = Timestamp(seconds: 1_700_000_000, nanoseconds: 0)

    private static func webhook(_ state: Webhook.State = .active, failures: Int = 0) throws -> Webhook {
        Webhook(
            id: .make(),
            name: "",
            url: try WebhookURL("https://example.com/"),
            events: [],
            collections: [],
            secrets: [try #require(WebhookSecret("whsec_AAAA"))],
            state: state,
            stateSince: Self.start,
            cursor: FeedCursor(epoch: "a", position: 1),
            failures: failures,
            nextTry: Self.start,
            createdAt: Self.start
        )
    }

    private static func setback(
        _ outcome: WebhookOutcome,
        _ webhook: Webhook,
        after seconds: Int64 = 0,
        jitter: Double = 1
    ) -> WebhookSetback? {
        let now = Timestamp(microseconds: Self.start.microseconds + seconds * 1_000_000)
        return Self.policy.setback(after: outcome, of: webhook, at: now, jitter: jitter)
    }

    private static func status(_ code: Int, retryAfter: Duration? = nil) -> WebhookOutcome {
        .responded(status: code, retryAfter: retryAfter)
    }

    @Test("Every 2xx is a delivery, and nothing else is", arguments: 100..<600)
    func taken(status: Int) throws {
        let setback = Self.setback(Self.status(status), try Self.webhook())
        #expect((setback == nil) == (200..<300).contains(status))
    }

    @Test("Pauses double up to the longest; after the last try it is parked")
    func doubling() throws {
        var webhook = try Self.webhook()
        var pauses: [Duration?] = []
        for _ in 0..<4 {
            let setback = try #require(Self.setback(Self.status(500), webhook))
            pauses.append(setback.pause)
            #expect(setback.state == .active)
            webhook.failures = setback.failures
        }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(6)])
        let last = try #require(Self.setback(.failed(.timedOut), webhook))
        #expect(last == WebhookSetback(state: .parked, failures: 5, error: last.error, pause: .seconds(100)))
    }

    @Test("The jitter is the part of the span, from almost nothing to all of it")
    func jitter() throws {
        let webhook = try Self.webhook(failures: 2)
        #expect(Self.setback(Self.status(500), webhook, jitter: 0.25)?.pause == .seconds(1))
        #expect(Self.setback(Self.status(500), webhook, jitter: 0)?.pause == WebhookPolicy.shortestPause)
        #expect(Self.setback(Self.status(500), try Self.webhook(.parked), jitter: 0)?.pause == .seconds(50))
    }

    @Test("Retry-After lengthens a pause, up to the longest, and never shortens it")
    func retryAfter() throws {
        let webhook = try Self.webhook(failures: 1)
        for (asked, pause) in [(0, 2), (1, 2), (3, 3), (6, 6), (86400 * 365, 6)] {
            let outcome = Self.status(429, retryAfter: .seconds(asked))
            #expect(Self.setback(outcome, webhook)?.pause == .seconds(pause), "\(asked)")
        }
    }

    @Test("A parked endpoint is probed; parked for long, it is disabled, and probed rarely")
    func parked() throws {
        let parked = try Self.webhook(.parked, failures: 5)
        let soon = try #require(Self.setback(Self.status(500), parked, after: 999))
        #expect((soon.state, soon.failures, soon.pause) == (.parked, 6, .seconds(100)))
        let late = try #require(Self.setback(Self.status(500), parked, after: 1000))
        #expect((late.state, late.pause) == (.disabled, .seconds(10_000)))
        let disabled = try #require(Self.setback(Self.status(500), try Self.webhook(.disabled)))
        #expect((disabled.state, disabled.pause) == (.disabled, .seconds(10_000)))
        #expect(Self.setback(Self.status(200), parked) == nil)
    }

    @Test("410 disables at once")
    func gone() throws {
        #expect(Self.setback(Self.status(410), try Self.webhook())?.state == .disabled)
    }

    @Test("Whatever came before, nothing overflows")
    func extremes() throws {
        let webhook = try Self.webhook(.parked, failures: Int(Int32.max))
        #expect(Self.setback(Self.status(500), webhook)?.failures == Int(Int32.max))
        #expect(Self.setback(Self.status(500), try Self.webhook(failures: 1000))?.state == .parked)
    }

    @Test("Reasons name what happened, and hold nothing of the endpoint's own")
    func reasons() throws {
        let webhook = try Self.webhook()
        #expect(
            Self.setback(Self.status(302), webhook)?.error == "It responded with HTTP 302; redirects are not followed."
        )
        for failure in WebhookFailure.allCases {
            let error = try #require(Self.setback(.failed(failure), webhook)?.error)
            #expect(error == "It failed: \(failure.rawValue).")
            #expect(error.count <= WebhookSetback.maximumErrorLength)
        }
        #expect(WebhookPolicy.expired(webhook).error.count <= WebhookSetback.maximumErrorLength)
        #expect(WebhookPolicy.expired(webhook).error.hasSuffix("."))
    }
}
