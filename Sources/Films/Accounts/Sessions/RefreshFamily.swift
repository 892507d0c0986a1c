import Crypto
import Primitives

/// The refresh tokens of one session, each the successor of the one before (RFC 9700 section 4.14.2).
///
/// A successor is an HMAC of a random nonce with its predecessor's secret. So whoever has the predecessor can be given the same successor
/// again, and the database, which keeps nonces and digests, knows neither.
struct RefreshFamily: Hashable, Sendable {
    let sessionID: RecordID
    /// Proves tokens.
    let key: [UInt8]
    /// Of the token that is good.
    var generation: Int64

    /// How long a token that was replaced gives its successor again: two tabs may refresh at once.
    static let graceSeconds: Int64 = 30

    /// What is kept of one token of the family.
    struct Link: Hashable, Sendable {
        var digest: [UInt8]
        /// Nil while it is the good one.
        var successorNonce: [UInt8]?
        var replacedAt: Timestamp?
    }

    /// What becomes of a token.
    enum Verdict: Hashable, Sendable {
        /// It is good: replace it by this one.
        case rotated(RefreshToken, nonce: [UInt8])
        /// It was replaced just now: by this one.
        case repeated(RefreshToken)
        /// It was replaced before: somebody else has it.
        case reused
        /// It was never given out.
        case unknown
    }

    /// - Parameters:
    ///   - link: what is kept of the token's generation; nil when nothing is.
    ///   - nonce: random, for a successor.
    func verdict(on token: RefreshToken, link: Link?, nonce: [UInt8], now: Timestamp) -> Verdict {
        guard token.sessionID == self.sessionID, token.isProven(by: self.key), token.generation <= self.generation,
            token.generation >= 0
        else { return .unknown }
        guard let link, link.digest == token.digest else {
            return token.generation < self.generation ? .reused : .unknown
        }
        guard let replacedAt = link.replacedAt, let successorNonce = link.successorNonce else {
            return .rotated(self.successor(of: token, nonce), nonce: nonce)
        }
        let age = now.microseconds - replacedAt.microseconds
        return age <= Self.graceSeconds * 1_000_000 ? .repeated(self.successor(of: token, successorNonce)) : .reused
    }

    /// The first token of a session.
    /// - Parameter secret: 32 random bytes.
    func first(secret: [UInt8]) -> RefreshToken {
        RefreshToken(sessionID: self.sessionID, generation: 0, secret: secret, key: self.key)
    }

    private func successor(of token: RefreshToken, _ nonce: [UInt8]) -> RefreshToken {
        let secret = HMAC<SHA256>.authenticationCode(for: nonce, using: SymmetricKey(data: token.secret))
        return RefreshToken(
            sessionID: self.sessionID,
            generation: token.generation + 1,
            secret: Array(secret),
            key: self.key
        )
    }

    /// 32 random bytes.
    static func newSecret() -> [UInt8] { SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }
}
