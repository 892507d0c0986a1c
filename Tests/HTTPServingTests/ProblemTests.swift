import HTTPSemantics
import HTTPTypes
import Hummingbird
import Testing

@testable import HTTPServing

@Suite("Problem details")
struct ProblemTests {
    @Test("The JSON has its members in order, numbers as numbers and texts as lists")
    func json() {
        let problem = Problem(
            .conflict,
            code: "offset_mismatch",
            "At \"4\", not 5/6.",
            members: ["expected-offset": .number(4), "allowed": .texts(["a", "b"])]
        )
        #expect(
            String(buffer: problem.typed(in: .example).json) == """
                {"allowed":["a","b"],"code":"offset_mismatch","detail":"At \\"4\\", not 5/6.","expected-offset":4,"status":409,\
                "title":"Conflict","type":"urn:example:problem:offset_mismatch"}
                """
        )
    }

    @Test("A registered type stands instead of our own")
    func type() {
        let registered = Problem(.conflict, code: "x", "", type: "https://iana.org/x")
        #expect(registered.typed(in: .example).type == "https://iana.org/x")
    }

    @Test("A service without a namespace of its own tells no type, which is about:blank")
    func untyped() {
        #expect(
            String(buffer: Problem(.conflict, code: "x", "d").typed(in: .none).json)
                == #"{"code":"x","detail":"d","status":409,"title":"Conflict"}"#
        )
    }

    @Test("HEAD gets the fields of a problem, not its content")
    func head() {
        let problem = Problem(.notFound, code: "not_found", "Nothing.")
        let response = problem.response(to: .head, headers: [.retryAfter: "2"])
        #expect(response.status == .notFound)
        #expect(response.headers[.contentLength] == "\(problem.json.readableBytes)")
        #expect(response.headers[.cacheControl] == "no-store")
        #expect(response.headers[.retryAfter] == "2")
        #expect(response.body.contentLength == 0)
    }

    private struct Late: ProblemConvertible {
        var problem: Problem { Problem(.serviceUnavailable, code: "late", "Later.") }
        var fields: HTTPFields { [.retryAfter: "9"] }
    }

    private struct Foreign: Error {}

    @Test("Whatever is thrown becomes a problem, and the request has an id")
    func middleware() async throws {
        let route = Route("/{what}", [.get(.read)])
        var handlers = RouteHandlers<TestContext>(RouteTable([route]))
        handlers.on(route, .get) { _, context in
            switch context.match?.parameter("what") {
            case "late": throw Late()
            case "foreign": throw Foreign()
            case "defect": throw CancellationError()
            default: throw HTTPError(.unsupportedMediaType)
            }
        }
        let middleware = ProblemMiddleware<TestContext>(namespace: .example) { $0 is Foreign ? Late() : nil }
        let responder = try handlers.responder(middlewares: [middleware])
        for (path, status, retryAfter) in [
            ("/late", 503, "9"), ("/foreign", 503, "9"), ("/defect", 500, nil), ("/other", 415, nil),
        ] {
            let response = try await responder.send(.get, path, [.requestID: "a-1"])
            #expect(response.status.code == status, "\(path)")
            #expect(response.headers[.retryAfter] == retryAfter, "\(path)")
            #expect(response.headers[.requestID] == "a-1", "\(path)")
        }
    }

    @Test(
        "Only a harmless id of a proxy is kept",
        arguments: [
            ("abc-1_2.Z", true), (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
            ("", false), ("a b", false), ("é", false), ("a;b", false),
        ]
    )
    func ids(value: String, isKept: Bool) {
        #expect((RequestID.given(in: [.requestID: value]) == value) == isKept)
    }
}

extension ProblemNamespace {
    /// That of a service which is none of ours.
    static let example = ProblemNamespace(prefix: "urn:example:problem:")
}
