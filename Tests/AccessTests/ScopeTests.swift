import Access
import Testing

@Suite("Access: scopes")
struct ScopeTests {
    @Test(
        "are read and written the same",
        arguments: [
            "read:posters/*", "upload:avatars/user1", "replace:avatars/user1*", "delete:*", "events:posters/*", "link",
            "monitor", "manage",
        ]
    )
    func roundTrip(text: String) throws { #expect(try Scope(text).description == text) }

    @Test(
        "that mean nothing are refused",
        arguments: [
            "", "read", "read:", "write:posters/*", "READ:posters/*", "manage:posters/*", "link:1", "read posters",
        ]
    )
    func refused(text: String) { #expect(throws: ScopeError.self) { try Scope(text) } }

    @Test("of a token may be those of other services; what is wrong in ours is refused")
    func token() throws {
        let scopes = try ScopeSet(token: "openid read:posters/* profile  link")
        #expect(scopes.scopes.map(\.description) == ["read:posters/*", "link"])
        #expect(throws: ScopeError.self) { try ScopeSet(token: "read:../x") }
        #expect(throws: ScopeError.tooMany(limit: ScopeSet.maximumCount)) {
            try ScopeSet(token: Array(repeating: "link", count: 10_000).joined(separator: " "))
        }
    }

    @Test("allow what they name, and manage allows everything")
    func allowing() throws {
        let scopes = try ScopeSet([Scope("read:posters/*"), Scope("upload:avatars/user1")])
        #expect(scopes.allows(.read, collection: "posters", name: "1"))
        #expect(!scopes.allows(.delete, collection: "posters", name: "1"))
        #expect(!scopes.allows(.replace, collection: "avatars", name: "user1"))
        #expect(!scopes.allows(.monitor))
        #expect(ScopeSet.all.allows(.delete, collection: "x", name: nil))
        #expect(ScopeSet.all.allows(.monitor))
        #expect(!ScopeSet.none.allows(.read, collection: "posters", name: "1"))
        #expect(scopes.mayAllow([.read], collection: "posters"))
        #expect(!scopes.mayAllow([.read], collection: "avatars"))
    }
}
