package import Access
import Crypto
import Foundation

/// Upload grants as texts: JSON Web Tokens of a type of their own, which any service that has the key can sign without asking.
///
///     {"alg": "HS256", "typ": "grant+jwt"}
///     {"jti": "0197c0de", "exp": 1767225600, "sub": "user1",
///      "grant": {"collection": "avatars", "name": "user1", "types": ["image/*"], "maximumSize": 5242880}}
package struct GrantTokens: Sendable {
    private let keys: [VerificationKey]
    private let signingKey: SymmetricKey?

    /// The `typ` of a grant (RFC 8725 section 3.11): nothing else is taken for one, and a grant for nothing else.
    static let type = "grant+jwt"

    /// - Parameter secrets: the first one signs; all of them verify.
    package init(secrets: [String]) {
        self.keys = secrets.map { VerificationKey(id: nil, secret: Array($0.utf8)) }
        self.signingKey = secrets.first.map { SymmetricKey(data: Data($0.utf8)) }
    }

    /// Whether a text says of itself that it is a grant. Nothing is verified.
    package static func isForm(of text: String) -> Bool {
        guard let token = try? SignedToken(text) else { return false }
        return token.header.typ?.lowercased() == self.type
    }

    /// Writes a grant. Nil where there is no key to sign with.
    package func token(for grant: UploadGrant) -> String? {
        guard let key = self.signingKey else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let head = try? encoder.encode(["alg": "HS256", "typ": Self.type]),
            let claims = try? encoder.encode(GrantClaims(grant))
        else { return nil }
        let signed = "\(Base64URL.encode(head)).\(Base64URL.encode(claims))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)
        return "\(signed).\(Base64URL.encode(code))"
    }

    /// Reads a grant that somebody brought. Whether an upload may still begin with it is asked later: one that began in time may go on.
    ///
    /// - Throws: ``CredentialError``.
    package func grant(of text: String) throws(CredentialError) -> UploadGrant {
        let token = try SignedToken(text)
        guard token.header.typ?.lowercased() == Self.type, token.header.alg == "HS256", !self.keys.isEmpty else {
            throw .untrusted
        }
        guard self.keys.contains(where: { $0.verify(token.signature, over: token.signedBytes) }) else { throw .forged }
        guard let claims = try? JSONDecoder().decode(GrantClaims.self, from: Data(token.payload)) else {
            throw .unusable("The grant's claims are not complete, or have wrong types: jti, exp and grant are needed.")
        }
        return try claims.checkedGrant()
    }
}
