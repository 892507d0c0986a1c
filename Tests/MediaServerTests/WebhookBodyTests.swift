import HTTPServing
import MediaCore
import Testing

@testable import MediaEngine
@testable import MediaServer

@Suite("Bodies of requests about webhooks")
struct WebhookBodyTests {
    private static func creation(_ text: String) throws(MediaError) -> WebhookBody.Creation {
        try WebhookBody.decode(WebhookBody.Creation.self, Array(text.utf8))
    }

    @Test("Known members are read, unknown ones mean nothing, null is as if it were not there")
    func read() throws {
        let body = try Self.creation(
            "{\"url\": \"https://a.example/\", \"events\": [\"file.*\"], \"name\": null, \"later\": {\"a\": [1, {}]}}"
        )
        #expect(body.url == "https://a.example/")
        #expect(body.events == ["file.*"])
        #expect(body.name == nil)
        #expect(body.collections == nil)
    }

    @Test(
        "A wrong type is refused with the member's name, and without its value",
        arguments: [
            ("{}", "\"url\""), ("{\"url\": 4711}", "\"url\""), ("{\"url\": null}", "\"url\""),
            ("{\"url\": [\"x\"]}", "\"url\""),
            ("{\"url\": \"x\", \"events\": \"secret\"}", "\"events\""),
            ("{\"url\": \"x\", \"events\": [1]}", "\"events\""),
            ("{\"url\": \"x\", \"collections\": {}}", "\"collections\""), ("{\"url\": \"x\", \"name\": 1}", "\"name\""),
            ("{\"url\": \"x\", \"from\": 1}", "\"from\""), ("[]", "object"), ("1", "object"), ("\"secret\"", "object"),
            ("{", "JSON"), ("", "JSON"), ("\u{0}", "JSON"),
        ]
    )
    func refused(text: String, word: String) {
        let error = #expect(throws: MediaError.self) { try Self.creation(text) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("secret") == false)
    }

    @Test("However deep it is, it is read or refused", arguments: [100, 10_000, 1_000_000])
    func deep(depth: Int) {
        let text = "{\"url\": \"x\", \"later\": " + String(repeating: "[", count: depth)
        #expect(throws: MediaError.self) { try Self.creation(text) }
    }

    @Test("What metrics say of webhooks: states that nobody is in too, a lag only where it is known")
    func metrics() throws {
        var snapshot = WebhookCounts.Snapshot()
        #expect(WebhookMetrics.families(of: snapshot).map(\.name) == ["mediad_webhook_tries_total", "mediad_webhooks"])
        snapshot.endpoints = [
            .init(id: .make(), state: .parked, lag: 7), .init(id: .make(), state: .active, lag: nil),
        ]
        let families = WebhookMetrics.families(of: snapshot)
        #expect(families.last?.name == "mediad_webhook_lag")
        #expect(families.last?.samples.map(\.value) == [.integer(7)])
        #expect(families[1].samples.map(\.value) == [.integer(1), .integer(1), .integer(0)])
    }
}
