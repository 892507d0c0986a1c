import HTTPSemantics
import HTTPTypes
import NIOHTTP1

/// What a request's head must and must not be, beyond what the decoders see to.
///
/// Where two readers could find different ends of a request, one behind the other, somebody's request could be hidden in
/// another's body (RFC 9112 section 11.2): such a request is refused, also where the RFC would allow to repair it.
struct RequestHeadRules: Sendable {
    /// Whether the request with this target may name another method in a field; ``HTTPServer/Configuration``.
    let allowsMethodOverride: @Sendable (_ target: String) -> Bool

    /// HTTP/1.1 and later minors.
    static func isModern(_ version: HTTPVersion) -> Bool {
        version.major > 1 || version.major == 1 && version.minor >= 1
    }

    static func expectsContinue(_ head: some RequestHead) -> Bool {
        head.isModern && self.expectations(of: head).contains { $0.lowercased() == "100-continue" }
    }

    /// Whether the request asks for another protocol: only what `Connection` names too is meant for this connection (RFC 9110 section 7.8).
    static func asksForUpgrade(_ head: some RequestHead) -> Bool {
        guard head.isModern else { return false }
        return head.values(.connection).contains { value in
            value.split(separator: ",").contains { option in
                option.filter { $0 != " " && $0 != "\t" }.lowercased() == "upgrade"
            }
        }
    }

    /// The members of a list-valued field (RFC 9110 section 5.6.1).
    private static func expectations(of head: some RequestHead) -> [Substring] {
        head.values(.expect).flatMap { $0.split(separator: ",") }
            .map { value in
                let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
                let trimmed = value.drop(while: isSpace)
                return trimmed.lastIndex { !isSpace($0) }.map { trimmed[...$0] } ?? ""
            }
    }

    /// - Throws: how the request is to be refused.
    static func check(_ head: some RequestHead) throws(ConnectionRefusal) {
        guard head.methodName != "CONNECT" else {
            throw .methodNotSupported
        }
        // RFC 9112 section 3.2.4.
        guard head.target != "*" || head.methodName == "OPTIONS" else {
            throw .asteriskTarget
        }
        // RFC 9112 section 3.2: no form of a target has a fragment.
        guard !head.target.utf8.contains(UInt8(ascii: "#")) else {
            throw .invalidTarget
        }
        try self.checkHost(head)
        try self.checkFraming(head)
        // RFC 9110 section 10.1.1.
        guard self.expectations(of: head).allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw .unknownExpectation
        }
    }

    /// RFC 9112 section 3.2: exactly one `Host` in HTTP/1.1, none or one before, and one that could be a host.
    private static func checkHost(_ head: some RequestHead) throws(ConnectionRefusal) {
        let hosts = head.hosts
        guard hosts.count == 1 || hosts.isEmpty && !head.isModern else {
            throw .hostCount
        }
        guard hosts.allSatisfy({ HostField.isValid($0) }) else {
            throw .invalidHost
        }
    }

    /// RFC 9112 sections 6.1 to 6.3.
    private static func checkFraming(_ head: some RequestHead) throws(ConnectionRefusal) {
        let lengths = head.values(.contentLength)
        guard lengths.count <= 1 else { throw .lengthCount }
        for length in lengths where length.isEmpty || !length.utf8.allSatisfy(self.isDigit) {
            throw .invalidLength
        }
        let codings = head.values(.transferEncoding)
        guard !codings.isEmpty else { return }
        guard lengths.isEmpty else {
            throw .twoFramings
        }
        guard head.isModern else {
            throw .codingInOldVersion
        }
        guard codings.count == 1, codings[0].lowercased() == "chunked" else {
            throw .unknownCoding
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// Clients that can only send GET and POST name another method in a field (tus 1.0, "X-HTTP-Method-Override"). Done here,
    /// so that nothing above ever acts on the method that is not meant; only where the configuration allows it, so that nothing
    /// else can be reached under another method than the one that was sent.
    ///
    /// - Returns: the method that is meant; nil when it is the one that was sent.
    /// - Throws: a refusal when the field does not name a method.
    func overridingMethod(of head: some RequestHead) throws(ConnectionRefusal) -> HTTPRequest.Method? {
        let values = head.values(.xHTTPMethodOverride)
        guard !values.isEmpty, self.allowsMethodOverride(head.target) else { return nil }
        var fields = HTTPFields()
        fields[values: .xHTTPMethodOverride] = values
        guard let method = try? MethodOverride.method(in: fields) else {
            throw .invalidMethodOverride
        }
        return method
    }

    /// The target in origin form, and the authority that stands in place of `Host` (RFC 9112 section 3.2.2).
    ///
    /// - Returns: nil for a target that is in origin form already.
    /// - Throws: a refusal for one that is no target at all, or of another scheme.
    static func absoluteTarget(of head: some RequestHead) throws(ConnectionRefusal) -> AbsoluteTarget? {
        switch AbsoluteTarget.recognize(head.target, isOptions: head.methodName == "OPTIONS") {
        case .absolute(let target): return target
        case .other: return nil
        case .malformed: throw .invalidTarget
        }
    }

    /// How the HTTP/1 decoder's complaint is told.
    /// - Parameter hasRequestLine: whether the first line came whole.
    static func refusal(of error: HTTPParserError, hasRequestLine: Bool) -> ConnectionRefusal {
        switch error {
        case .headerOverflow where !hasRequestLine: .targetTooLong
        case .headerOverflow: .headTooLarge
        case .invalidVersion: .versionNotSupported
        case .invalidMethod: .methodNotSupported
        default: .notHTTP
        }
    }
}
