import FoundationEssentials
import NIOHTTP1
import Testing

@testable import UploadClient

@Suite("What the server's responses mean")
struct TusResponseTests {
    private func response(_ status: Int, _ body: String = "", _ headers: HTTPHeaders = [:]) -> TusResponse {
        TusResponse(status: status, reason: "Reason", headers: headers, body: Data(body.utf8))
    }

    private func kind(_ failure: TusFailure) -> String {
        switch failure {
        case .unreachable: "unreachable"
        case .passing: "passing"
        case .blocked: "blocked"
        case .final: "final"
        }
    }

    @Test(
        "Some refusals pass, some wait for somebody, most are for good",
        arguments: [
            (408, "passing"), (409, "passing"), (423, "passing"), (429, "passing"), (500, "passing"), (502, "passing"),
            (503, "passing"), (507, "passing"), (401, "blocked"), (403, "blocked"), (301, "final"), (400, "final"),
            (404, "final"), (412, "final"), (413, "final"), (415, "final"), (460, "final"),
        ]
    )
    func statuses(_ status: Int, _ expected: String) {
        #expect(kind(response(status).refusal(of: "a.mp4")) == expected)
    }

    @Test(
        "Codes of what says nothing against the file pass",
        arguments: ["upload_interrupted", "upload_stalled", "processing_failed"]
    )
    func codes(_ code: String) {
        #expect(kind(response(400, "{\"code\":\"\(code)\",\"detail\":\"d\"}").refusal(of: "a.mp4")) == "passing")
    }

    @Test("The problem's detail is what people read; a body that is none does no harm")
    func detail() {
        let refused = response(415, "{\"detail\":\"No films here.\",\"code\":\"type_not_allowed\",\"status\":415}")
        #expect(refused.refusal(of: "a.mp4").text == "a.mp4 was refused (415): No films here.")
        for body in ["", "<html>", "[]", "{\"detail\":5}", "\u{0}"] {
            #expect(response(413, body).refusal(of: "a.mp4").text == "a.mp4 was refused (413): Reason")
        }
    }

    @Test(
        "Numbers are decimal digits",
        arguments: [
            ("0", 0), ("42", 42), ("9223372036854775807", Int64.max), ("9223372036854775808", nil), ("-1", nil),
            ("+5", nil),
            ("", nil), ("1.0", nil), ("0x10", nil), ("1e3", nil), ("5 5", nil), ("١", nil),
        ] as [(String, Int64?)]
    )
    func numbers(_ text: String, _ number: Int64?) {
        #expect(response(200, "", ["Upload-Offset": text]).number("upload-offset") == number)
        #expect(response(200).number("Upload-Offset") == nil)
    }
}
