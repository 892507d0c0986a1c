import MediaCore
import Testing

@testable import Credentials

@Suite("Signatures of messages to webhooks (Standard Webhooks)")
struct WebhookSignerTests {
    private static func secret(_ text: String) throws -> WebhookSecret { try #require(WebhookSecret(text)) }

    /// The vector in the test suites of the specification's own libraries.
    @Test("The vector of the reference libraries")
    func vector() throws {
        let signature = WebhookSigner.signature(
            of: Array("{\"test\": 2432232314}".utf8),
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            secrets: [try Self.secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("One signature for each secret, the newest first; what is no base64 signs nothing")
    func several() throws {
        let (first, second) = (try Self.secret("whsec_AAAA"), try Self.secret("whsec_BBBB"))
        func sign(_ secrets: [WebhookSecret]) -> String {
            WebhookSigner.signature(of: [1, 2], id: "a", timestamp: 1, secrets: secrets)
        }
        #expect(sign([first, second]) == "\(sign([first])) \(sign([second]))")
        #expect(sign([try Self.secret("whsec_%%"), second]) == sign([second]))
        #expect(sign([]) == "")
    }

    @Test("A new secret has 32 random bytes, and is shown by nothing but its text")
    func made() throws {
        let secret = try #require(WebhookSigner.makeSecret())
        #expect(secret.text.count == WebhookSecret.prefix.count + 44)
        #expect(secret != WebhookSigner.makeSecret())
        #expect("\(secret)" == "whsec_***")
        #expect(String(reflecting: secret) == "whsec_***")
    }
}
