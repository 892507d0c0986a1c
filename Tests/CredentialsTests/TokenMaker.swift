import Crypto
import Foundation

@testable import Credentials

/// Makes tokens as an authority would, and as an attacker would.
enum TokenMaker {
    static let secret = "a secret of more than thirty-two bytes"

    static func unsigned(_ header: [String: Any], _ claims: [String: Any]) throws -> String {
        let head = try JSONSerialization.data(withJSONObject: header, options: .sortedKeys)
        let payload = try JSONSerialization.data(withJSONObject: claims, options: .sortedKeys)
        return "\(Base64URL.encode(head)).\(Base64URL.encode(payload))"
    }

    static func hs256(_ claims: [String: Any], secret: String = secret, header: [String: Any] = [:]) throws -> String {
        let signed = try self.unsigned(["alg": "HS256"].merging(header) { $1 }, claims)
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return "\(signed).\(Base64URL.encode(code))"
    }

    /// With claims that an encoder would not write.
    static func hs256(json claims: String, secret: String = secret) throws -> String {
        let signed = "\(Base64URL.encode(Data(#"{"alg":"HS256"}"#.utf8))).\(Base64URL.encode(Data(claims.utf8)))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return "\(signed).\(Base64URL.encode(code))"
    }

    static func es256(_ claims: [String: Any], key: P256.Signing.PrivateKey, kid: String?) throws -> String {
        let signed = try self.unsigned(
            ["alg": "ES256", "kid": kid as Any].filter { $0.key != "kid" || kid != nil },
            claims
        )
        return "\(signed).\(Base64URL.encode(try key.signature(for: Data(signed.utf8)).rawRepresentation))"
    }

    static func ed25519(_ claims: [String: Any], key: Curve25519.Signing.PrivateKey, kid: String) throws -> String {
        let signed = try self.unsigned(["alg": "EdDSA", "kid": kid], claims)
        return "\(signed).\(Base64URL.encode(try key.signature(for: Data(signed.utf8))))"
    }

    static func jwk(_ key: P256.Signing.PublicKey, kid: String?) -> [String: Any] {
        let point = Array(key.x963Representation.dropFirst())
        var jwk: [String: Any] = [
            "kty": "EC", "crv": "P-256", "x": Base64URL.encode(point.prefix(32)),
            "y": Base64URL.encode(point.suffix(32)),
        ]
        jwk["kid"] = kid
        return jwk
    }

    static func jwk(_ key: Curve25519.Signing.PublicKey, kid: String) -> [String: Any] {
        ["kty": "OKP", "crv": "Ed25519", "kid": kid, "alg": "EdDSA", "x": Base64URL.encode(key.rawRepresentation)]
    }

    static func set(_ keys: [[String: Any]]) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: ["keys": keys]))
    }
}
