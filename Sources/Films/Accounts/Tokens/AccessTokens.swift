import Crypto
import JWTKit
package import NIOCore
import Postgres
package import Primitives
import Synchronization

/// Makes access tokens and recognizes them: JSON Web Tokens for 15 minutes, signed with Ed25519, by keys that all processes of filmd
/// and mediad's `access.jwt.jwks` share.
///
/// A signature is checked once for each token; the end and the session are looked at each time, and neither asks the database.
package final class AccessTokens: CallerVerifier {
    /// How long a token is good.
    package static let lifetimeSeconds: Int64 = 15 * 60
    /// Of a token, in bytes; ours have about 600.
    private static let maximumLength = 4096
    /// Tokens whose signatures are known to be good, at most.
    private static let cacheCapacity = 8192

    private let database: FilmsDatabase
    private let issuer: String
    /// Who the tokens are for; the first of them is this service.
    private let audiences: [String]
    private let ended: EndedSessions
    private let clock: WallClock
    private let keys: Mutex<SigningKeys>
    private let known = Mutex(BoundedCache<String, AccessClaims>(capacity: cacheCapacity))

    /// Reads the keys.
    package init(
        database: FilmsDatabase,
        issuer: String,
        audiences: [String] = ["filmd", "mediad"],
        ended: EndedSessions,
        clock: @escaping WallClock
    ) async throws(FilmsError) {
        self.database = database
        self.issuer = issuer
        self.audiences = audiences
        self.ended = ended
        self.clock = clock
        self.keys = Mutex(try await Self.read(database, now: clock()))
    }

    /// The public keys as a JSON Web Key Set.
    package var published: ByteBuffer { self.keys.withLock(\.published) }

    /// Reads the keys again, so that a new one is believed before it signs.
    package func reload() async throws(FilmsError) {
        let fresh = try await Self.read(self.database, now: self.clock())
        let isSmaller = self.keys.withLock { keys in
            defer { keys = fresh }
            return !keys.names.isSubset(of: fresh.names)
        }
        // What a key has signed that is gone is good no more.
        if isSmaller { self.known.withLock { $0.invalidateAll() } }
    }

    /// A token for a session.
    /// - Returns: the token, and when it ends.
    func issue(
        _ accountID: RecordID,
        session: RecordID,
        role: Role
    ) async throws(FilmsError) -> (text: String, end: Timestamp) {
        let now = self.clock().seconds
        let claims = AccessClaims(
            iss: self.issuer,
            aud: self.audiences,
            sub: accountID.description,
            sid: session.description,
            role: role,
            scope: AccessClaims.scope,
            iat: now,
            exp: now + Self.lifetimeSeconds,
            jti: Base64URL.encode(SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) })
        )
        let keys = self.keys.withLock { $0 }
        do {
            let text = try await keys.collection.sign(claims, kid: keys.signer)
            return (text, Timestamp(seconds: claims.exp, nanoseconds: 0))
        } catch {
            throw FilmsError(.internalError, .internalError, cause: error)
        }
    }

    package func caller(of token: String) async throws(FilmsError) -> Caller {
        let claims = try await self.claims(of: token)
        guard self.clock().seconds < claims.exp else {
            throw FilmsError(.tokenExpired, .tokenExpired)
        }
        guard let account = RecordID(claims.sub), let session = RecordID(claims.sid) else { throw Self.invalid }
        guard try await !self.ended.contains(session) else {
            throw FilmsError(.unauthenticated, .sessionEnded)
        }
        return Caller(accountID: account, sessionID: session, isAdministrator: claims.role == .administrator)
    }

    /// The claims of a token whose signature is good.
    private func claims(of token: String) async throws(FilmsError) -> AccessClaims {
        guard token.utf8.count <= Self.maximumLength else { throw Self.invalid }
        let (cached, generation) = self.known.withLock { ($0[token], $0.generation) }
        if let cached { return cached }
        guard Self.isCanonical(token) else { throw Self.invalid }
        let keys = self.keys.withLock { $0 }
        guard let claims = try? await keys.collection.verify(token, as: AccessClaims.self), claims.iss == self.issuer,
            self.audiences.first.map(claims.aud.contains) ?? false
        else { throw Self.invalid }
        self.known.withLock { $0.insert(claims, for: token, since: generation) }
        return claims
    }

    /// RFC 7515 section 2: base64url without padding, between dots. Other spellings of one token would be other tokens.
    private static func isCanonical(_ token: String) -> Bool {
        token.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Base64URL.decode($0) != nil }
    }

    private static var invalid: FilmsError {
        FilmsError(.tokenInvalid, .tokenForeign)
    }

    private static func read(_ database: FilmsDatabase, now: Timestamp) async throws(FilmsError) -> SigningKeys {
        let rows = try await database.run { client in
            try await client.query(
                "SELECT id, seed, created_at FROM films.signing_keys ORDER BY created_at DESC, id LIMIT 20"
            ).rows.map { row in
                SigningKeys.Row(
                    id: try row.decode("id"),
                    seed: try row.decode("seed"),
                    createdAt: try row.decode("created_at")
                )
            }
        }
        return try await SigningKeys(rows, now: now)
    }
}
