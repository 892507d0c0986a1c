import HTTPSemantics
import HTTPTypes
import NIOHTTP1

/// What a request's head must and must not be, beyond what the decoder sees to.
///
/// Where two readers could find different ends of a request, one behind the other, somebody's request could be hidden in
/// another's body (RFC 9112 section 11.2): such a request is refused, also where the RFC would allow to repair it.
enum RequestHeadRules {
    /// HTTP/1.1 and later minors.
    static func isModern(_ version: HTTPVersion) -> Bool {
        version.major > 1 || version.major == 1 && version.minor >= 1
    }

    static func expectsContinue(_ head: HTTPRequestHead) -> Bool {
        self.isModern(head.version)
            && head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
    }

    /// - Throws: how the request is to be refused.
    static func check(_ head: HTTPRequestHead) throws(ConnectionRefusal) {
        guard head.method != .CONNECT else {
            throw ConnectionRefusal(status: .notImplemented, detail: "No such method.")
        }
        // RFC 9112 section 3.2.4.
        guard head.uri != "*" || head.method == .OPTIONS else { throw self.malformed("The request has no address.") }
        try self.checkHost(head)
        try self.checkFraming(head)
        // RFC 9110 section 10.1.1.
        guard head.headers[canonicalForm: "expect"].allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw ConnectionRefusal(status: .expectationFailed, detail: "Nothing but 100-continue can be expected.")
        }
    }

    /// RFC 9112 section 3.2: exactly one `Host` in HTTP/1.1, none or one before, and one that could be a host.
    private static func checkHost(_ head: HTTPRequestHead) throws(ConnectionRefusal) {
        let hosts = head.headers["host"]
        guard hosts.count == 1 || hosts.isEmpty && !self.isModern(head.version) else {
            throw self.malformed("A request has exactly one Host.")
        }
        guard hosts.allSatisfy({ $0.utf8.allSatisfy(self.isOfHost) }) else {
            throw self.malformed("The Host is none.")
        }
    }

    /// RFC 3986 section 3.2.2 and 3.2.3: what names, addresses and ports are made of.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~%!$&'()*+;=:[]".utf8.contains(byte)
        }
    }

    /// RFC 9112 sections 6.1 to 6.3.
    private static func checkFraming(_ head: HTTPRequestHead) throws(ConnectionRefusal) {
        let lengths = head.headers["content-length"]
        guard lengths.count <= 1 else { throw self.malformed("A request has one Content-Length.") }
        for length in lengths where length.isEmpty || !length.utf8.allSatisfy(self.isDigit) {
            throw self.malformed("The Content-Length is no number.")
        }
        let codings = head.headers["transfer-encoding"]
        guard !codings.isEmpty else { return }
        guard lengths.isEmpty else {
            throw self.malformed("A request has a Content-Length or a Transfer-Encoding.")
        }
        guard self.isModern(head.version) else {
            throw self.malformed("HTTP/1.0 knows no Transfer-Encoding.")
        }
        guard codings.count == 1, codings[0].lowercased() == "chunked" else {
            throw ConnectionRefusal(status: .notImplemented, detail: "The only Transfer-Encoding is chunked.")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func malformed(_ detail: String) -> ConnectionRefusal {
        ConnectionRefusal(status: .badRequest, detail: detail)
    }

    /// Clients that can only send GET and POST name another method in a field (tus 1.0, "X-HTTP-Method-Override"). Done here,
    /// so that nothing above ever acts on the method that is not meant; only for uploads, so that nothing else can be reached
    /// under another method than the one that was sent.
    /// - Throws: a refusal when the field names no method.
    static func overrideMethod(of head: inout HTTPRequestHead) throws(ConnectionRefusal) {
        guard head.headers.contains(name: "x-http-method-override"), UploadAddress.covers(target: head.uri) else {
            return
        }
        var fields = HTTPFields()
        fields[values: .xHTTPMethodOverride] = head.headers["x-http-method-override"]
        guard let method = try? MethodOverride.method(in: fields) else {
            throw self.malformed("X-HTTP-Method-Override names no method.")
        }
        head.method = HTTPMethod(rawValue: method.rawValue)
    }

    /// How the decoder's complaint is told.
    /// - Parameter hasRequestLine: whether the first line came whole.
    static func refusal(of error: HTTPParserError, hasRequestLine: Bool) -> ConnectionRefusal {
        switch error {
        case .headerOverflow where !hasRequestLine:
            ConnectionRefusal(status: .uriTooLong, detail: "The address of the request is too long.")
        case .headerOverflow:
            ConnectionRefusal(status: .requestHeaderFieldsTooLarge, detail: "The head of the request is too large.")
        case .invalidVersion:
            ConnectionRefusal(status: .httpVersionNotSupported, detail: "HTTP/1.1 and HTTP/1.0 are spoken here.")
        case .invalidMethod:
            ConnectionRefusal(status: .notImplemented, detail: "No such method.")
        default: self.malformed("This is no HTTP request.")
        }
    }
}
