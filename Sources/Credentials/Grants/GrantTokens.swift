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

    /// What a key of the configuration is hashed with to make the key of grants: one secret, and a key of its own for each purpose.
    static let purpose = "mediad grant"

    /// - Parameter keys: of HMAC-SHA256; the first one signs, all of them verify.
    init(keys: [[UInt8]]) {
        self.keys = keys.map { VerificationKey(id: nil, secret: $0) }
        self.signingKey = keys.first.map { SymmetricKey(data: Data($0)) }
    }

    /// - Parameter signatureKeys: those of the configuration (`access.signatureKeys`). Grants are signed with HMAC-SHA256(key, "mediad
    ///   grant") of the first one, and verified with that of each.
    package init(signatureKeys: [String]) {
        self.init(
            keys: signatureKeys.map { key in
                let key = SymmetricKey(data: Data(key.utf8))
                return Array(HMAC<SHA256>.authenticationCode(for: Data(Self.purpose.utf8), using: key))
            }
        )
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
