import Crypto
import Foundation
import MediaTesting
import Testing

extension DaemonSite {
    /// Makes a key by the command, as a person would, and returns what was printed.
    func key(_ scopes: String..., name: String = "test", flags: [String] = []) async throws -> String {
        let outcome = try await self.run(
            ["key", "create", "--name", name] + scopes.flatMap { ["--scope", $0] } + flags
        )
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        return try #require(outcome.lines.first)
    }
}

/// The field that carries a key, a token or a grant.
func bearer(_ text: String) -> (String, String) { ("Authorization", "Bearer \(text)") }

/// JSON Web Tokens as an authority, or an attacker, would make them.
enum TestToken {
    static let secret = "a secret of more than thirty-two bytes"

    static func hs256(
        _ claims: [String: Any],
        secret: String = secret,
        header: [String: Any] = ["alg": "HS256"]
    ) throws -> String {
        let signed = "\(try self.part(header)).\(try self.part(claims))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return "\(signed).\(self.base64(Data(code)))"
    }

    static func es256(_ claims: [String: Any], key: P256.Signing.PrivateKey, kid: String) throws -> String {
        let signed = "\(try self.part(["alg": "ES256", "kid": kid])).\(try self.part(claims))"
        return "\(signed).\(self.base64(try key.signature(for: Data(signed.utf8)).rawRepresentation))"
    }

    static func set(_ keys: [(P256.Signing.PublicKey, kid: String)]) throws -> [UInt8] {
        let members = keys.map { key, kid in
            let point = key.x963Representation.dropFirst()
            return [
                "kty": "EC", "crv": "P-256", "kid": kid, "x": self.base64(Data(point.prefix(32))),
                "y": self.base64(Data(point.suffix(32))),
            ]
        }
        return Array(try JSONSerialization.data(withJSONObject: ["keys": members]))
    }

    /// Of a claim: so many seconds from now.
    static func time(_ seconds: Double) -> Double { (Date().timeIntervalSince1970 + seconds).rounded() }

    static func part(_ members: [String: Any]) throws -> String {
        self.base64(try JSONSerialization.data(withJSONObject: members, options: .sortedKeys))
    }

    static func base64(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
