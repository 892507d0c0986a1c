import Access
import Crypto
import Foundation
import Primitives
import Testing

@testable import Credentials

@Suite("Credentials: tokens")
struct TokenVerifierTests {
    private static let now = Timestamp(seconds: 1_800_000_000, nanoseconds: 0)
    private static let seconds = 1_800_000_000.0

    private func principal(
        _ token: String,
        _ keys: KeySet? = nil,
        verifier: TokenVerifier = TokenVerifier(),
        at time: Timestamp = now
    ) throws -> Principal {
        let keys = try keys ?? KeySet([VerificationKey(secret: TokenMaker.secret)])
        return try verifier.principal(of: token, keys: keys, at: time)
    }

    @Test("say who somebody is, what he may do and until when")
    func genuine() throws {
        let token = try TokenMaker.hs256([
            "sub": "ann", "scope": "openid read:posters/* link", "exp": Self.seconds + 60,
        ])
        let principal = try self.principal(token)
        #expect(principal.subject == "ann")
        #expect(principal.scopes.scopes.map(\.description) == ["read:posters/*", "link"])
        #expect(principal.end == Timestamp(seconds: 1_800_000_090, nanoseconds: 0))
        #expect(principal.isAuthenticated && !principal.mayManage)
    }

    @Test("take each text of a list for one scope, whatever spaces are in it")
    func listed() throws {
        let token = try TokenMaker.hs256(["scope": ["read:posters/*", "upload:avatars/ann manage", "link"]])
        let principal = try self.principal(token)
        #expect(!principal.mayManage)
        #expect(!principal.scopes.allows(.upload, collection: "avatars", name: "ann"))
        #expect(principal.scopes.allows(.upload, collection: "avatars", name: "ann manage"))
    }

    @Test("of the RFCs are read: HS256 and RS256 of RFC 7515, appendices A.1 and A.2, EdDSA of RFC 8037")
    func published() async throws {
        let time = Timestamp(seconds: 1_300_819_379, nanoseconds: 0)
        let payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
        let hmac = try await KeySet(jwks: TokenMaker.set([["kty": "oct", "k": secret]]))
        let hs256 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\(payload).dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        #expect(try self.principal(hs256, hmac, verifier: TokenVerifier(issuer: "joe"), at: time).isAuthenticated)
        #expect(throws: CredentialError.wrongIssuer) {
            try self.principal(hs256, hmac, verifier: TokenVerifier(issuer: "jim"), at: time)
        }
        #expect(throws: CredentialError.expired) { try self.principal(hs256, hmac) }

        let modulus =
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
            + "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQ"
            + "OS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8"
            + "q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
        let rsa = try await KeySet(jwks: TokenMaker.set([["kty": "RSA", "n": modulus, "e": "AQAB"]]))
        let signature =
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
            + "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"
            + "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
            + "wlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        let rs256 = "eyJhbGciOiJSUzI1NiJ9.\(payload).\(signature)"
        #expect(try self.principal(rs256, rsa, at: time).isAuthenticated)

        let edwards = try await KeySet(
            jwks: TokenMaker.set([
                ["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]
            ])
        )
        // Its payload is no object: the signature is right, the claims are none.
        let example =
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
            + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        #expect {
            try self.principal(example, edwards)
        } throws: { error in
            guard case .unusable = error as? CredentialError else { return false }
            return true
        }
    }

    @Test("are tried with the keys of their algorithm and name only")
    func keys() async throws {
        let elliptic = P256.Signing.PrivateKey()
        let other = P256.Signing.PrivateKey()
        let edwards = Curve25519.Signing.PrivateKey()
        let set = try await KeySet(
            jwks: TokenMaker.set([
                TokenMaker.jwk(elliptic.publicKey, kid: "a"), TokenMaker.jwk(edwards.publicKey, kid: "b"),
                ["kty": "RSA", "kid": "c", "n": "AQAB", "e": "AQAB"], ["kty": "new", "kid": "d"], ["kid": "e"],
            ])
        )
        let claims: [String: Any] = ["sub": "ann"]
        #expect(try self.principal(TokenMaker.es256(claims, key: elliptic, kid: "a"), set).subject == "ann")
        #expect(try self.principal(TokenMaker.es256(claims, key: elliptic, kid: nil), set).subject == "ann")
        #expect(try self.principal(TokenMaker.ed25519(claims, key: edwards, kid: "b"), set).subject == "ann")
        #expect(throws: CredentialError.untrusted) {
            try self.principal(TokenMaker.es256(claims, key: elliptic, kid: "unknown"), set)
        }
        #expect(throws: CredentialError.untrusted) {
            try self.principal(TokenMaker.es256(claims, key: elliptic, kid: "b"), set)
        }
        #expect(throws: CredentialError.forged) {
            try self.principal(TokenMaker.es256(claims, key: other, kid: "a"), set)
        }
    }

    @Test("without a signature, or signed with what everybody knows, are refused")
    func confusion() async throws {
        let elliptic = P256.Signing.PrivateKey()
        let jwk = TokenMaker.jwk(elliptic.publicKey, kid: "a")
        let set = try await KeySet(jwks: TokenMaker.set([jwk]))
        for algorithm in ["none", "None", "NONE", "", "HS256", "HS512", "RS256"] {
            let unsigned = try TokenMaker.unsigned(["alg": algorithm, "kid": "a"], ["sub": "ann"])
            #expect(throws: CredentialError.self) { try self.principal(unsigned + ".", set) }
            #expect(throws: CredentialError.self) { try self.principal(unsigned + ".AAAA", set) }
        }
        for secret in [elliptic.publicKey.pemRepresentation, jwk["x"] as? String ?? ""] {
            let token = try TokenMaker.hs256(["sub": "ann"], secret: secret, header: ["kid": "a"])
            #expect(throws: CredentialError.untrusted) { try self.principal(token, set) }
        }
    }

    @Test("count from nbf to exp, with 30 seconds for clocks that differ")
    func times() throws {
        for (claims, refusal): ([String: Any], CredentialError?) in [
            (["exp": Self.seconds - 29], nil), (["exp": Self.seconds - 31], .expired),
            (["nbf": Self.seconds + 29], nil), (["nbf": Self.seconds + 31], .notYetValid),
            (["exp": 1e300], nil), (["exp": -1e300], .expired), (["nbf": 1e300], .notYetValid), ([:], nil),
        ] {
            let token = try TokenMaker.hs256(claims)
            if let refusal {
                #expect(throws: refusal) { try self.principal(token) }
            } else {
                #expect(throws: Never.self) { try self.principal(token) }
            }
        }
    }

    @Test("are for those that they name")
    func audiences() throws {
        let verifier = TokenVerifier(audiences: ["mediad"])
        for audience: Any in ["mediad", ["filmd", "mediad"]] {
            #expect(throws: Never.self) {
                try self.principal(TokenMaker.hs256(["aud": audience]), verifier: verifier)
            }
        }
        for claims: [String: Any] in [[:], ["aud": "filmd"], ["aud": [String]()]] {
            #expect(throws: CredentialError.wrongAudience) {
                try self.principal(TokenMaker.hs256(claims), verifier: verifier)
            }
        }
    }

    @Test("that are changed, huge, of another type or none at all are refused")
    func hostile() throws {
        let token = try TokenMaker.hs256(["sub": "ann", "exp": Self.seconds + 60])
        var forged = 0
        for index in token.indices {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            do { _ = try self.principal(changed) } catch { forged += 1 }
        }
        #expect(forged == token.count)
        // The last digit of base64 has bits that no byte has: only one spelling of them is taken.
        let last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".filter { digit in
            (try? self.principal(token.dropLast() + String(digit))) != nil
        }
        #expect(last == String(token.suffix(1)))
        #expect(throws: CredentialError.tooLong(limit: 8192)) {
            try self.principal(String(repeating: "a", count: 1 << 20))
        }
        for text in ["", ".", "..", "a.b.c", "e30.e30.e30", "e30.e30", "💥.💥.💥", "mk_abc"] {
            #expect(throws: CredentialError.malformed) { try self.principal(text) }
        }
        let grant = try TokenMaker.hs256(["sub": "ann"], header: ["typ": "grant+jwt"])
        #expect(throws: CredentialError.untrusted) { try self.principal(grant) }
        let critical = try TokenMaker.hs256(["sub": "ann"], header: ["crit": ["exp"]])
        #expect(throws: CredentialError.untrusted) { try self.principal(critical) }
        let many = try TokenMaker.hs256(["scope": Array(repeating: "link", count: 400).joined(separator: " ")])
        for token in [many, try TokenMaker.hs256(["scope": "read:../x"]), try TokenMaker.hs256(["sub": 1])] {
            #expect {
                try self.principal(token)
            } throws: { error in
                guard case .unusable = error as? CredentialError else { return false }
                return true
            }
        }
    }

    @Test(
        "with a subject that no database can hold, or that is none, are refused with a reason",
        arguments: [
            #"{"sub":"a\u0000b"}"#, #"{"sub":"\u0000"}"#, #"{"sub":""}"#, #"{"sub":"\ud800"}"#, #"{"sub":"\udc00x"}"#,
            "{\"sub\":\"\(String(repeating: "a", count: 256))\"}", #"{"sub":["ann"]}"#,
        ]
    )
    func subjects(claims: String) throws {
        #expect {
            try self.principal(try TokenMaker.hs256(json: claims))
        } throws: { error in
            guard case .unusable(let reason) = error as? CredentialError else { return false }
            return !reason.isEmpty
        }
        #expect(try self.principal(TokenMaker.hs256(["sub": String(repeating: "\u{E9}", count: 127)])).isAuthenticated)
    }

    @Test("know the key that they were verified with: the same wherever it is read, and another one for another key")
    func identities() async throws {
        let token = try TokenMaker.hs256(["sub": "ann"])
        let other = try VerificationKey(secret: String(repeating: "x", count: 40))
        let keys = KeySet([other, try VerificationKey(secret: TokenMaker.secret)])
        let identity = try #require(try self.principal(token, keys).verifiedBy)
        #expect(try self.principal(token).verifiedBy == identity)
        #expect(keys.contains(identity: identity) && !KeySet([other]).contains(identity: identity))
        #expect(!identity.contains(TokenMaker.secret))
        let (one, two) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
        let set = try await KeySet(
            jwks: TokenMaker.set([TokenMaker.jwk(one.publicKey, kid: "a"), TokenMaker.jwk(two.publicKey, kid: "a")])
        )
        #expect(Set(set.keys.map(\.identity)).count == 2)
        let renamed = try await KeySet(jwks: TokenMaker.set([TokenMaker.jwk(one.publicKey, kid: "b")]))
        #expect(renamed.keys.allSatisfy { set.contains(identity: $0.identity) })
    }

    @Test("need secrets that cannot be guessed, and key sets that are some")
    func keySets() async throws {
        #expect(throws: KeySetError.weakSecret) { try VerificationKey(secret: "short") }
        await #expect(throws: KeySetError.notAKeySet) { try await KeySet(jwks: Array("<html>".utf8)) }
        await #expect(throws: KeySetError.noUsableKey) { try await KeySet(jwks: Array(#"{"keys": []}"#.utf8)) }
        await #expect(throws: KeySetError.noUsableKey) {
            let key = TokenMaker.jwk(P256.Signing.PrivateKey().publicKey, kid: "a")
            return try await KeySet(jwks: TokenMaker.set([key.merging(["use": "enc"]) { $1 }]))
        }
        await #expect(throws: KeySetError.tooManyKeys) {
            try await KeySet(jwks: TokenMaker.set(Array(repeating: ["kty": "oct"], count: 51)))
        }
    }
}
