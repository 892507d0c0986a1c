/// What the page's documents and scripts may load (Content Security Policy, level 3), by decision 0070.
package struct PagePolicy: Sendable {
    /// The field's value.
    package let text: String

    /// - Parameter mediaOrigin: another origin that pictures and videos come from, and files go to; nil when it is the page's own.
    package init(mediaOrigin: String?) {
        let media = mediaOrigin.map { origin in
            ["img-src", "media-src", "connect-src"].map { "\($0) 'self' \(origin); " }.joined()
        }
        self.text =
            "default-src 'self'; \(media ?? "")frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    }

    /// Scheme, host and port of an absolute address (RFC 6454 section 4): what a policy can name.
    ///
    /// - Returns: nil for what is no address of the web.
    package static func origin(of url: String) -> String? {
        for scheme in ["https://", "http://"] where url.lowercased().hasPrefix(scheme) {
            let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }.lowercased()
            // Nothing that could end a directive, and no credentials.
            let isPlain = authority.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x3a).contains($0) || "-.[]".utf8.contains($0)
            }
            return isPlain && !authority.isEmpty ? scheme + authority : nil
        }
        return nil
    }
}
