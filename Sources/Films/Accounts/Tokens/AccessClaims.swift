import JWTKit

/// What an access token says (RFC 7519 section 4.1; RFC 9068 for the names). mediad reads `sub` and `scope` of it.
struct AccessClaims: JWTPayload, Hashable {
    var iss: String
    /// Who it is for. A token for one of them alone would be no good at the other.
    var aud: [String]
    /// The account.
    var sub: String
    /// The session.
    var sid: String
    var role: Role
    /// What a person who is signed in may read at mediad.
    var scope: String
    /// Seconds since 1970.
    var iat: Int64
    var exp: Int64
    /// Keeps two tokens of one second apart.
    var jti: String

    /// Signature and algorithm are the library's business; issuer and end are looked at each time (``AccessTokens``).
    func verify(using algorithm: some JWTAlgorithm) throws {}

    /// Posters and avatars. Trailers are private, and read by signed addresses.
    static let scope = "read:posters/* read:avatars/*"
}

/// What somebody may do beyond their own.
package enum Role: String, Hashable, Sendable, Codable, CaseIterable {
    case administrator
    case member
}
