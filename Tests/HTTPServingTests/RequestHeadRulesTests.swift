import HTTPServingTesting
import HTTPTypes
import NIOHPACK
import NIOHTTP1
import Testing

@testable import HTTPServing

@Suite("What a request's head must be, in each version of HTTP")
struct RequestHeadRulesTests {
    /// A head that is given in the terms of both versions.
    struct Head: CustomTestStringConvertible, Sendable {
        var method = "GET"
        var target = "/"
        var fields: [(String, String)] = []
        /// The status of the refusal; nil when it keeps to the rules.
        var status: Int?

        var testDescription: String { "\(method) \(target) \(fields)" }
    }

    static let heads: [Head] = [
        Head(),
        Head(method: "OPTIONS", target: "*"),
        Head(target: "*", status: 400),
        Head(method: "CONNECT", target: "y:80", status: 501),
        Head(target: "/a#b", status: 400),
        Head(method: "POST", fields: [("content-length", "12")]),
        Head(method: "POST", fields: [("content-length", "+12")], status: 400),
        Head(method: "POST", fields: [("content-length", "1"), ("content-length", "1")], status: 400),
        Head(method: "POST", fields: [("expect", "100-continue")]),
        Head(method: "POST", fields: [("expect", " 100-Continue , 100-continue")]),
        Head(method: "POST", fields: [("expect", "100-continue, tea")], status: 417),
    ]

    private func status(of head: some RequestHead) -> Int? {
        do throws(ConnectionRefusal) {
            try RequestHeadRules.check(head)
            return nil
        } catch {
            return error.status.code
        }
    }

    @Test("HTTP/1 and HTTP/2 are judged alike", arguments: heads)
    func alike(head: Head) throws {
        let old = HTTPRequestHead(
            version: .http1_1,
            method: HTTPMethod(rawValue: head.method),
            uri: head.target,
            headers: HTTPHeaders([("host", "h")] + head.fields)
        )
        #expect(self.status(of: old) == head.status)
        var new = HTTPRequest(
            method: try #require(HTTPRequest.Method(rawValue: head.method)),
            scheme: "https",
            authority: "h",
            path: head.target
        )
        for (name, value) in head.fields {
            new.headerFields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        #expect(self.status(of: new) == head.status)
    }

    @Test(
        "RFC 9113 sections 8.2.1 and 8.3.1: a value with whitespace around it and a path without a slash are malformed"
    )
    func malformed() {
        let head: [(String, String)] = [(":method", "GET"), (":authority", "h")]
        for (fields, isMalformed) in [
            ([(":path", "/")], false), ([(":path", "*")], false), ([(":path", "a")], true), ([(":path", "")], true),
            ([(":path", "http://h/")], true), ([(":path", "/"), ("x", " a")], true),
            ([(":path", "/"), ("x", "a\t")], true), ([(":path", "/"), ("x", "")], false),
            ([(":path", "/"), ("x", "a b")], false),
        ] as [([(String, String)], Bool)] {
            #expect(HTTP2RequestFields.isMalformed(HPACKHeaders(head + fields)) == isMalformed, "\(fields)")
        }
    }

    @Test(
        "The server is named once: by :authority, by Host where there is none, or by both when they agree",
        arguments: [
            ([(":authority", "a")], nil), ([("host", "a")], nil), ([(":authority", "a"), ("host", "A")], nil),
            ([], 400), ([(":authority", "")], 400), ([(":authority", "a"), ("host", "b")], 400),
            ([(":authority", "a"), ("host", "a"), ("host", "b")], 400), ([(":authority", "a/b")], 400),
        ] as [([(String, String)], Int?)]
    )
    func names(fields: [(String, String)], status: Int?) throws {
        var headers = HPACKHeaders(fields)
        HTTP2RequestFields.nameServer(in: &headers)
        var head = HTTPRequest(
            method: .get,
            scheme: "https",
            authority: headers.first(name: ":authority"),
            path: "/"
        )
        head.headerFields[values: .hostLine] = headers["host"]
        let limits = ConnectionLimits.plenty
        var refused: Int?
        do throws(ConnectionRefusal) { try HTTP2HeadRules.check(head, limits: limits) } catch {
            refused = error.status.code
        }
        #expect(refused == status)
        guard status == nil else { return }
        HTTP2HeadRules.settleAuthority(of: &head)
        #expect(head.authority?.lowercased() == "a")
        #expect(head.headerFields.isEmpty)
    }

    @Test("Whether a body comes is said by a field, as in HTTP/1")
    func bodies() {
        func announced(_ fields: [(String, String)], isEnd: Bool) -> [String] {
            var headers = HPACKHeaders(fields)
            HTTP2RequestFields.announceBody(in: &headers, isEnd: isEnd)
            return headers["content-length"] + headers["transfer-encoding"]
        }
        #expect(announced([(":method", "POST")], isEnd: true) == ["0"])
        #expect(announced([(":method", "PATCH")], isEnd: false) == ["chunked"])
        #expect(announced([(":method", "POST"), ("content-length", "5")], isEnd: false) == ["5"])
        #expect(announced([(":method", "GET")], isEnd: false) == [])
    }

    @Test("Another method is meant only where that is allowed, and must be one")
    func methodOverride() throws {
        let rules = RequestHeadRules(allowsMethodOverride: { $0.hasPrefix("/uploads") })
        func method(_ target: String, _ values: String...) throws -> HTTPRequest.Method? {
            let headers = HTTPHeaders(values.map { ("X-HTTP-Method-Override", $0) })
            return try rules.overridingMethod(
                of: HTTPRequestHead(version: .http1_1, method: .POST, uri: target, headers: headers)
            )
        }
        #expect(try method("/uploads/1", "PATCH") == .patch)
        #expect(try method("/uploads/1") == nil)
        #expect(try method("/files/1", "DELETE") == nil)
        #expect(throws: ConnectionRefusal.self) { try method("/uploads/1", "no method") }
        #expect(throws: ConnectionRefusal.self) { try method("/uploads/1", "PATCH", "DELETE") }
    }
}
