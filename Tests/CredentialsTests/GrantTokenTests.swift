import Access
import Foundation
import MediaCore
import Primitives
import Testing

@testable import Credentials

@Suite("Credentials: grants")
struct GrantTokenTests {
    private static let end = Timestamp(seconds: 1_800_000_000, nanoseconds: 0)

    @Test("are read as they were written", arguments: ["avatars/user1", "avatars/user1/*", "avatars/*"])
    func roundTrip(files: String) throws {
        let grants = GrantTokens(signatureKeys: ["first secret", "second secret"])
        let grant = try #require(
            UploadGrant(
                id: "7",
                files: NamePattern(files),
                types: ["image/*"],
                maximumSize: 5_000_000,
                size: 12,
                digest: Digest(hex: String(repeating: "ab", count: 32)),
                owner: "ann",
                end: Self.end
            )
        )
        let token = try #require(grants.token(for: grant))
        #expect(GrantTokens.isForm(of: token))
        #expect(try grants.grant(of: token) == grant)
        #expect(try GrantTokens(signatureKeys: ["new", "first secret"]).grant(of: token) == grant)
        #expect(throws: CredentialError.forged) { try GrantTokens(signatureKeys: ["second secret"]).grant(of: token) }
        #expect(throws: CredentialError.untrusted) { try GrantTokens(signatureKeys: []).grant(of: token) }
    }

    @Test("may be signed by a service without asking")
    func offline() throws {
        let claims: [String: Any] = [
            "jti": "1", "exp": 1_800_000_000, "sub": "ann", "grant": ["collection": "avatars", "name": "user1.jpg"],
        ]
        let token = try TokenMaker.hs256(claims, header: ["typ": "grant+jwt"])
        let grant = try GrantTokens(keys: [Array(TokenMaker.secret.utf8)]).grant(of: token)
        #expect(grant.files.description == "avatars/user1")
        #expect(grant.owner == "ann" && grant.end == Self.end)
        let claim = try #require(grant.conditions.grant)
        #expect(!claim.isOver(at: Timestamp(seconds: 1_800_000_030, nanoseconds: 0)))
        #expect(claim.isOver(at: Timestamp(seconds: 1_800_000_031, nanoseconds: 0)))
    }

    @Test("that say nothing, or too much, are refused with a reason")
    func unusable() throws {
        let good: [String: Any] = ["collection": "avatars", "name": "user1"]
        let wrong: [[String: Any]] = [
            [:], ["jti": "1", "exp": 1], ["jti": "", "exp": 1, "grant": good], ["exp": 1, "grant": good],
            ["jti": "1", "grant": good], ["jti": "1", "exp": "soon", "grant": good],
            ["jti": "1", "exp": 1, "grant": ["collection": "avatars"]],
            ["jti": "1", "exp": 1, "grant": good.merging(["namePrefix": "user"]) { $1 }],
            ["jti": "1", "exp": 1, "grant": good.merging(["name": "../user1"]) { $1 }],
            ["jti": "1", "exp": 1, "grant": good.merging(["collection": "*"]) { $1 }],
            ["jti": "1", "exp": 1, "grant": good.merging(["size": 0]) { $1 }],
            ["jti": "1", "exp": 1, "grant": good.merging(["maximumSize": -1]) { $1 }],
            ["jti": "1", "exp": 1, "grant": good.merging(["sha256": "ab"]) { $1 }],
            ["jti": "1", "exp": 1, "grant": good.merging(["types": Array(repeating: "image/*", count: 33)]) { $1 }],
            ["jti": String(repeating: "a", count: 65), "exp": 1, "grant": good],
            // PostgreSQL's texts cannot hold it.
            ["jti": "a\u{0}", "exp": 1, "grant": good], ["jti": "1", "sub": "\u{0}", "exp": 1, "grant": good],
            ["jti": "1", "sub": "", "exp": 1, "grant": good],
            ["jti": "1", "exp": 1, "grant": good.merging(["types": ["image/\u{0}"]]) { $1 }],
            ["jti": "1", "exp": 1, "grant": good.merging(["types": ["image"]]) { $1 }],
            ["jti": "1", "exp": 1, "grant": good.merging(["name": "a\u{0}"]) { $1 }],
        ]
        for claims in wrong {
            let token = try TokenMaker.hs256(claims, header: ["typ": "grant+jwt"])
            #expect("\(claims)") {
                try GrantTokens(keys: [Array(TokenMaker.secret.utf8)]).grant(of: token)
            } throws: { error in
                guard case .unusable(let reason) = error as? CredentialError else { return false }
                return !reason.isEmpty
            }
        }
    }

    @Test("are no tokens of a person, and such tokens are no grants")
    func apart() throws {
        let token = try TokenMaker.hs256(["jti": "1", "exp": 1, "grant": ["collection": "avatars", "name": "1"]])
        #expect(!GrantTokens.isForm(of: token))
        #expect(throws: CredentialError.untrusted) {
            try GrantTokens(keys: [Array(TokenMaker.secret.utf8)]).grant(of: token)
        }
    }
}
