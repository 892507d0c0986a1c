/// The URL of an upload as a client names it in a list of parts (tus 1.0, "Concatenation").
package enum UploadReference {
    /// The path that a URL names on this server.
    ///
    /// - Parameters:
    ///   - text: an absolute URL of scheme http or https, one without scheme (`//host/path`), an absolute path, or a path
    ///     relative to `base` (RFC 3986 4.2).
    ///   - base: path of the URL that the request was sent to.
    ///   - authority: `host[:port]` that the request was sent to.
    /// - Returns: the path, percent-encoding and all; nil when the URL belongs to another server, has a query, a fragment
    ///   or dot segments, or is no URL. The scheme counts only for its own port: proxies that do not tell it are common.
    package static func path(of text: String, base: String, authority: String) -> String? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }),
            !bytes.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") || $0 == .backslash })
        else { return nil }
        guard let path = rawPath(bytes, base: base, authority: authority) else { return nil }
        let segments = path.utf8.split(separator: .slash)
        guard !segments.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }) else {
            return nil
        }
        return path
    }

    private static func rawPath(_ bytes: [UInt8], base: String, authority: String) -> String? {
        for scheme in ["http", "https"]
        where bytes.prefix(scheme.utf8.count + 3).equalsIgnoringCase("\(scheme)://".utf8) {
            return local(bytes.dropFirst(scheme.utf8.count + 3), scheme, authority)
        }
        if bytes.starts(with: [.slash, .slash]) {
            return local(bytes.dropFirst(2), "http", authority) ?? local(bytes.dropFirst(2), "https", authority)
        }
        if bytes.first == .slash { return String(bytes[...]) }
        // A colon in the first segment would make it a scheme (RFC 3986 4.2).
        guard !bytes.prefix(while: { $0 != .slash }).contains(UInt8(ascii: ":")) else { return nil }
        let folder = base.utf8.lastIndex(of: .slash).map { base.utf8[...$0] }.map { String(Substring($0)) } ?? "/"
        return folder + String(bytes[...])
    }

    /// The path behind an authority if that is ours.
    private static func local(_ rest: ArraySlice<UInt8>, _ scheme: String, _ authority: String) -> String? {
        let named = rest.prefix { $0 != .slash }
        guard let theirs = Authority(String(named)), let ours = Authority(authority) else { return nil }
        // Ours was written without the port of its own scheme, which may be the other one.
        let schemes = ["http", "https"]
        guard theirs.host == ours.host,
            theirs.text(for: scheme) == ours.text(for: scheme)
                || ours.port == nil && schemes.contains(where: { theirs.text(for: $0) == ours.host })
        else { return nil }
        return named.endIndex == rest.endIndex ? "/" : String(rest[named.endIndex...])
    }
}
