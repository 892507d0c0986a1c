import Crypto
import Foundation
import JWTKit

/// A key, bound to the one algorithm that it may be used with.
///
/// The binding is what keeps a public key from being taken for a shared secret: the algorithm that a token names chooses among keys
/// that were meant for it, and says nothing about how a key is used (RFC 8725 section 3.1).
package struct VerificationKey: Sendable {
    /// The key's name (`kid`, RFC 7517 section 4.5); nil where it has none.
    let id: String?
    /// As tokens name it (`alg`, RFC 7518 section 3.1).
    let algorithmName: String
    /// The same for the same key wherever it is read, and for no other one; tells nothing of a secret.
    package let identity: String
    private let algorithm: any JWTAlgorithm

    /// - Parameter material: what the key consists of, with what kind it is.
    init(id: String?, algorithmName: String, algorithm: any JWTAlgorithm, material: [String]) {
        self.id = id
        self.algorithmName = algorithmName
        self.algorithm = algorithm
        let digest = SHA256.hash(data: Data(material.joined(separator: "\n").utf8))
        // Cut off: nobody can find a secret by it, as many have the same.
        self.identity = Base64URL.encode(digest.prefix(8))
    }

    /// A secret that is shared with whoever makes tokens, for HS256.
    ///
    /// - Throws: ``KeySetError/weakSecret`` for fewer than 32 bytes (RFC 7518 section 3.2).
    package init(secret: String) throws(KeySetError) {
        guard secret.utf8.count >= 32 else { throw .weakSecret }
        self.init(id: nil, secret: Array(secret.utf8))
    }

    init(id: String?, secret: [UInt8]) {
        let key = SymmetricKey(data: secret)
        self.init(
            id: id,
            algorithmName: "HS256",
            algorithm: SharedSecret(key: key),
            material: ["oct", Base64URL.encode(secret)]
        )
    }

    /// Whether the signature over these bytes was made with this key.
    func verify(_ signature: [UInt8], over bytes: [UInt8]) -> Bool {
        (try? self.algorithm.verify(signature, signs: bytes)) ?? false
    }
}

/// HMAC with SHA-256 (RFC 7518 section 3.2), compared in constant time by swift-crypto.
private struct SharedSecret: JWTAlgorithm {
    let key: SymmetricKey
    var name: String { "HS256" }

    func sign(_ plaintext: some DataProtocol) throws -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: plaintext, using: self.key))
    }

    func verify(_ signature: some DataProtocol, signs plaintext: some DataProtocol) throws -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(Array(signature), authenticating: plaintext, using: self.key)
    }
}
