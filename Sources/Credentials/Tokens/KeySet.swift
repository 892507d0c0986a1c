import Foundation
import JWTKit

/// The keys with which tokens may be signed. A value: a new one takes the old one's place as a whole.
package struct KeySet: Sendable {
    package let keys: [VerificationKey]

    /// That one set may have: a token without `kid` is tried with each.
    package static let maximumKeys = 50
    /// Of a JSON Web Key Set that is read.
    package static let maximumLengthBytes = 256 * 1024

    package init(_ keys: [VerificationKey]) { self.keys = keys }

    /// Reads a JSON Web Key Set (RFC 7517 section 5).
    ///
    /// Keys of a kind that is not known here, and those for encryption, are passed over (section 5 asks for it); a set of which nothing is
    /// left is refused, so that a broken download does not take the place of good keys.
    ///
    /// - Throws: ``KeySetError``.
    package init(jwks bytes: [UInt8]) async throws(KeySetError) {
        guard bytes.count <= Self.maximumLengthBytes else { throw .tooLarge }
        guard let set = try? JSONDecoder().decode(Members.self, from: Data(bytes)) else { throw .notAKeySet }
        guard set.keys.count <= Self.maximumKeys else { throw .tooManyKeys }
        var keys: [VerificationKey] = []
        for member in set.keys where member.isForSignatures { keys += await member.verificationKeys() }
        guard !keys.isEmpty else { throw .noUsableKey }
        self.init(keys)
    }

    /// Whether a key of this identity is among them (``Principal/verifiedBy``).
    package func contains(identity: String) -> Bool { self.keys.contains { $0.identity == identity } }

    /// Those that a token's header may mean: for its algorithm, and of its name where both have one.
    func candidates(algorithm: String, id: String?) -> [VerificationKey] {
        self.keys.filter { key in
            key.algorithmName == algorithm && (id == nil || key.id == nil || key.id == id)
        }
    }

    private struct Members: Decodable {
        let keys: [Member]
    }

    /// One member of the set: kept apart, so that one that cannot be read does not spoil the others.
    private struct Member: Decodable {
        let use: String?
        let kid: String?
        let kty: String?
        let k: String?
        let key: JWK?
        /// The members that make a key what it is (RFC 7638 section 3.2).
        let material: [String]

        enum CodingKeys: String, CodingKey { case use, kid, kty, k, crv, n, e, x, y }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.use = try? container.decodeIfPresent(String.self, forKey: .use)
            self.kid = try? container.decodeIfPresent(String.self, forKey: .kid)
            self.kty = try? container.decodeIfPresent(String.self, forKey: .kty)
            self.k = try? container.decodeIfPresent(String.self, forKey: .k)
            self.key = try? JWK(from: decoder)
            self.material = [CodingKeys.kty, .crv, .n, .e, .x, .y].map { name in
                (try? container.decodeIfPresent(String.self, forKey: name)) ?? ""
            }
        }

        var isForSignatures: Bool { self.use == nil || self.use == "sig" }

        func verificationKeys() async -> [VerificationKey] {
            if self.kty == "oct" {
                guard let secret = self.k.flatMap({ Base64URL.decode($0) }), secret.count >= 32 else { return [] }
                return [VerificationKey(id: self.kid, secret: secret)]
            }
            guard var key = self.key else { return [] }
            // The library keeps keys by their names only.
            key.keyIdentifier = JWKIdentifier(string: self.kid ?? "key")
            var found: [VerificationKey] = []
            for name in Self.algorithms(of: key) {
                let collection = JWTKeyCollection()
                guard (try? await collection.add(jwk: key)) != nil,
                    let algorithm = try? await collection.getKey(for: key.keyIdentifier, alg: name),
                    algorithm.name == name
                else { continue }
                found.append(
                    VerificationKey(
                        id: self.kid,
                        algorithmName: name,
                        algorithm: algorithm,
                        material: self.material
                    )
                )
            }
            return found
        }

        /// The algorithms that a key may be used with: the one that it names, else all for its kind.
        private static func algorithms(of key: JWK) -> [String] {
            if let algorithm = key.algorithm { return [algorithm.rawValue] }
            return switch key.keyType {
            case .rsa: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
            case .ecdsa: ["ES256", "ES384", "ES512"]
            case .octetKeyPair: ["EdDSA"]
            default: []
            }
        }
    }
}

/// Why keys cannot be used.
package enum KeySetError: Error, Hashable, Sendable {
    case weakSecret
    case tooLarge
    case notAKeySet
    case tooManyKeys
    case noUsableKey
}

extension KeySetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .weakSecret: "A secret for HS256 has at least 32 bytes."
        case .tooLarge: "The key set is larger than \(KeySet.maximumLengthBytes) bytes."
        case .notAKeySet: "This is no JSON Web Key Set: an object with an array \"keys\"."
        case .tooManyKeys: "The key set has more than \(KeySet.maximumKeys) keys."
        case .noUsableKey: "The key set has no key for RS256, PS256, ES256, EdDSA, HS256 or their longer forms."
        }
    }
}
