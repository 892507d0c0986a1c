import HTTPTypes

/// The cookie of the refresh token (RFC 6265): no script reads it, no other site sends it, and it is sent to `/api/session` only.
enum RefreshCookie {
    static let name = "films_refresh"

    /// The value of `Set-Cookie`.
    ///
    /// - Parameters:
    ///   - seconds: how long a browser keeps it.
    ///   - isSecure: whether the person came by HTTPS.
    static func setting(_ token: RefreshToken, seconds: Int64, isSecure: Bool) -> String {
        Self.line(token.text, seconds, isSecure)
    }

    /// The value of `Set-Cookie` that removes it.
    static func removing(isSecure: Bool) -> String { Self.line("", 0, isSecure) }

    /// The token that a request brings.
    ///
    /// Browsers send one. Of several, which only another server of the same site can have planted, the first that is a token counts.
    static func token(in fields: HTTPFields) -> RefreshToken? {
        // RFC 9113 section 8.2.3: HTTP/2 may send the pairs as fields of their own.
        for field in fields[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, Self.trimmed(parts[0]) == Self.name else { continue }
                if let token = RefreshToken(Self.trimmed(parts[1]).filter { $0 != "\"" }) { return token }
            }
        }
        return nil
    }

    private static func line(_ value: String, _ seconds: Int64, _ isSecure: Bool) -> String {
        "\(Self.name)=\(value); Max-Age=\(seconds); Path=/api/session; HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let front = text.drop { $0 == " " || $0 == "\t" }
        return front.prefix(
            upTo: front.lastIndex { $0 != " " && $0 != "\t" }.map(front.index(after:)) ?? front.startIndex
        )
    }
}
