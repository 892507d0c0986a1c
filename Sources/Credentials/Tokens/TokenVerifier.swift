package import Access
import Foundation
package import Primitives

/// Recognizes whoever comes with a JSON Web Token (RFC 7519).
///
/// Does no IO: what keys there are was found out before. RFC 8725 lists the mistakes that are not made here.
package struct TokenVerifier: Sendable {
    /// Who tokens must be made for; empty: anybody.
    package let audiences: Set<String>
    /// Who makes them; nil: whoever has a key.
    package let issuer: String?
    /// By how much the clocks of two machines may differ.
    package static let leewaySeconds: Int64 = 30

    package init(audiences: Set<String> = [], issuer: String? = nil) {
        self.audiences = audiences
        self.issuer = issuer
    }

    /// Who the token says that it is, when it is genuine and counts now.
    ///
    /// - Throws: ``CredentialError``.
    package func principal(
        of text: String,
        keys: KeySet,
        at time: Timestamp
    ) throws(CredentialError) -> Principal {
        let token = try SignedToken(text)
        // A grant, and any other kind of token, is not one that says who somebody is (RFC 8725 section 3.11).
        guard token.header.typ.map({ ["jwt", "at+jwt", "application/at+jwt"].contains($0.lowercased()) }) ?? true else {
            throw .untrusted
        }
        let candidates = keys.candidates(algorithm: token.header.alg, id: token.header.kid)
        guard !candidates.isEmpty else { throw .untrusted }
        guard let key = candidates.first(where: { $0.verify(token.signature, over: token.signedBytes) }) else {
            throw .forged
        }
        guard let claims = try? JSONDecoder().decode(TokenClaims.self, from: Data(token.payload)) else {
            throw .unusable(
                "The token's claims have wrong types: sub, iss and scope are texts, exp and nbf are numbers."
            )
        }
        return try self.principal(of: claims, verifiedBy: key, at: time)
    }

    private func principal(
        of claims: TokenClaims,
        verifiedBy key: VerificationKey,
        at time: Timestamp
    ) throws(CredentialError) -> Principal {
        let end = claims.exp.map { Timestamp(claimed: $0, leewaySeconds: Self.leewaySeconds) }
        if let end, time > end { throw .expired }
        if let beginning = claims.nbf.map({ Timestamp(claimed: $0, leewaySeconds: -Self.leewaySeconds) }),
            time < beginning
        {
            throw .notYetValid
        }
        guard self.audiences.isEmpty || !self.audiences.isDisjoint(with: claims.aud?.texts ?? []) else {
            throw .wrongAudience
        }
        guard self.issuer == nil || self.issuer == claims.iss else { throw .wrongIssuer }
        guard claims.sub.map(Principal.isSubject) ?? true else { throw .unusableSubject }
        do {
            let scopes = try claims.scope?.scopes() ?? .none
            return .token(subject: claims.sub, scopes: scopes, end: end, verifiedBy: key.identity)
        } catch {
            throw .unusable("The token's scope is wrong: \(error)")
        }
    }
}

/// The claims that count (RFC 7519 section 4.1; RFC 8693 section 4.2).
private struct TokenClaims: Decodable {
    let sub: String?
    let iss: String?
    let aud: OneOrMany?
    let exp: Double?
    let nbf: Double?
    let scope: OneOrMany?
}

/// A text, or a list of texts.
struct OneOrMany: Decodable {
    let texts: [String]
    private let isList: Bool

    /// The scopes that are meant: the words of one text (RFC 8693 section 4.2), or the texts of a list as they are.
    func scopes() throws(ScopeError) -> ScopeSet {
        self.isList ? try ScopeSet(claimed: self.texts) : try ScopeSet(token: self.texts.first ?? "")
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let one = try? container.decode(String.self) {
            (self.texts, self.isList) = ([one], false)
        } else {
            (self.texts, self.isList) = (try container.decode([String].self), true)
        }
    }
}

extension Timestamp {
    /// The time of a claim (`NumericDate`, RFC 7519 section 2), moved by the leeway; what no clock reaches becomes the first or last time.
    init(claimed seconds: Double, leewaySeconds: Int64) {
        // Beyond this, microseconds would not fit.
        let bound = 9_000_000_000_000.0
        let bounded = seconds.isFinite ? min(max(seconds, -bound), bound) : bound
        self.init(microseconds: Int64(bounded * 1_000_000) + leewaySeconds * 1_000_000)
    }
}
