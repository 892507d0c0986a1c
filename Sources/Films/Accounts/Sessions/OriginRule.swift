import HTTPSemantics
import HTTPTypes

/// Whether a page of another site makes a request with a person's cookie. `SameSite=Strict` keeps browsers from sending it; this is the
/// second lock.
enum OriginRule {
    /// - Parameter origin: where the request came to.
    /// - Throws: ``FilmsError`` `forbidden`.
    static func check(_ fields: HTTPFields, at origin: RequestOrigin) throws(FilmsError) {
        let foreign = FilmsError(.forbidden, .foreignSite)
        // Fetch Metadata: a page can neither set nor remove it.
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { fields[$0] }
        guard site != "cross-site", site != "same-site" else { throw foreign }
        let values = fields[values: .origin]
        guard let value = values.first else { return }
        guard values.count == 1, Self.isOwn(value, origin) else { throw foreign }
    }

    /// RFC 6454 section 7: `null`, or scheme, `://` and authority.
    private static func isOwn(_ value: String, _ own: RequestOrigin) -> Bool {
        for scheme in ["https", "http"] where value.hasPrefix("\(scheme)://") {
            // A proxy whose X-Forwarded-Proto is not believed makes an https page look like an http one: that is no other site.
            guard scheme == "https" || own.scheme == "http" else { return false }
            let authority = String(value.dropFirst(scheme.utf8.count + 3))
            let theirs = RequestOrigin(
                fields: [:],
                authority: authority,
                peer: nil,
                isTrusted: { _ in false },
                isSecure: scheme == "https"
            )
            return !theirs.authority.isEmpty && theirs.authority == own.authority
        }
        return false
    }
}
