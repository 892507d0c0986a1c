import Crypto
import FoundationEssentials
import JWTKit
import NIOCore
import Primitives

/// The keys of access tokens, as they lie in the database. A value: a new one takes the old one's place as a whole.
struct SigningKeys: Sendable {
    /// What signs, and what verifies.
    let collection: JWTKeyCollection
    /// Which of them signs.
    let signer: JWKIdentifier
    let names: Set<String>
    /// The public keys as a JSON Web Key Set (RFC 7517 section 5; RFC 8037 section 2).
    let published: ByteBuffer

    /// How old a key must be before it signs: by then every process, and mediad, has read it.
    static let quarantineSeconds: Int64 = 60

    /// - Parameter rows: the newest first; at least one.
    init(_ rows: [Row], now: Timestamp) async throws(FilmsError) {
        let collection = JWTKeyCollection()
        var members: [PublicKey] = []
        for row in rows {
            guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Data(row.seed)) else { continue }
            await collection.add(
                eddsa: EdDSA.PrivateKey(backing: key),
                kid: JWKIdentifier(string: row.id)
            )
            members.append(PublicKey(kid: row.id, x: Base64URL.encode(key.publicKey.rawRepresentation)))
        }
        let ready = rows.first { $0.createdAt.seconds + Self.quarantineSeconds <= now.seconds } ?? rows.last
        guard let ready, members.contains(where: { $0.kid == ready.id }),
            let published = try? JSONEncoder().encode(["keys": members])
        else {
            throw FilmsError.defect(
                "There is no key to sign access tokens with: SELECT films.rotate_signing_key()."
            )
        }
        self.collection = collection
        self.signer = JWKIdentifier(string: ready.id)
        self.names = Set(members.map(\.kid))
        self.published = ByteBuffer(bytes: published)
    }

    /// A key as it is kept.
    struct Row: Hashable, Sendable {
        var id: String
        var seed: [UInt8]
        var createdAt: Timestamp
    }

    private struct PublicKey: Encodable {
        var kty = "OKP"
        var crv = "Ed25519"
        var use = "sig"
        var alg = "EdDSA"
        var kid: String
        var x: String
    }
}
