/// A request target in absolute form (RFC 9112 section 3.2.2), as clients send it to proxies.
package struct AbsoluteTarget: Hashable, Sendable {
    /// `host[:port]`; stands in place of `Host`.
    package let authority: String
    /// The same target in origin form; `*` where an OPTIONS names no path (RFC 9112 section 3.2.4).
    package let origin: String

    /// What a target is.
    package enum Recognition: Hashable, Sendable {
        /// Absolute form.
        case absolute(AbsoluteTarget)
        /// A path, or `*`.
        case other
        /// Neither: another scheme, no host, a user, a port that is none, or no path.
        case malformed
    }

    /// Looks at a target.
    package static func recognize(_ target: String, isOptions: Bool) -> Recognition {
        let bytes = target.utf8
        if bytes.first == .slash || target == "*" { return .other }
        for scheme in ["http://", "https://"] where bytes.prefix(scheme.utf8.count).equalsIgnoringCase(scheme.utf8) {
            let rest = Substring(target).utf8.dropFirst(scheme.utf8.count)
            let end = rest.firstIndex { $0 == .slash || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
            let authority = String(Substring(rest[..<(end ?? rest.endIndex)]))
            let tail = String(Substring(rest[(end ?? rest.endIndex)...]))
            guard let first = authority.utf8.first, first != UInt8(ascii: ":"), HostField.isValid(authority) else {
                return .malformed
            }
            let origin = tail.isEmpty && isOptions ? "*" : tail.utf8.first == .slash ? tail : "/" + tail
            return .absolute(AbsoluteTarget(authority: authority, origin: origin))
        }
        return .malformed
    }
}
