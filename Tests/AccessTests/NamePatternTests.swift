import Access
import Testing

@Suite("Access: patterns of names")
struct NamePatternTests {
    @Test("cover the name itself, whatever its extension, and nothing else")
    func exact() throws {
        let pattern = try NamePattern("avatars/user1.jpg")
        #expect(pattern.covers(collection: "avatars", name: "user1"))
        for name in ["user12", "user1-large", "user", "User1", "user1/a", ""] {
            #expect(!pattern.covers(collection: "avatars", name: name), "\(name)")
        }
        #expect(!pattern.covers(collection: "avatars2", name: "user1"))
        #expect(!pattern.covers(collection: "avatars", name: nil))
    }

    @Test(
        "with a star never cut a word or a number in two",
        arguments: [
            ("user1*", "user1", true), ("user1*", "user1-large", true), ("user1*", "user1/2024", true),
            ("user1*", "user12", false), ("user1*", "user1a", false), ("user1*", "user1é", false),
            ("user1/*", "user1/a", true), ("user1/*", "user1/a/b", true), ("user1/*", "user1", false),
            ("user-*", "user-12", true), ("bob*", "bobby", false), ("caf*", "café", false), ("café*", "café 1", true),
            ("*", "anything/at all", true),
        ]
    )
    func beginnings(pattern: String, name: String, isCovered: Bool) throws {
        #expect(try NamePattern("avatars/\(pattern)").covers(collection: "avatars", name: name) == isCovered)
    }

    @Test("are compared in the form in which names are stored")
    func normalized() throws {
        #expect(try NamePattern("avatars/Zoe\u{308}").covers(collection: "avatars", name: "Zo\u{eb}"))
        #expect(try NamePattern("avatars/Zoe\u{308}*").covers(collection: "avatars", name: "Zo\u{eb}-1"))
    }

    @Test("of a whole collection, or of all, cover names that the daemon will choose")
    func chosenByDaemon() throws {
        #expect(try NamePattern("avatars/*").covers(collection: "avatars", name: nil))
        #expect(try NamePattern("*").covers(collection: "avatars", name: nil))
        #expect(try !NamePattern("avatars/user1/*").covers(collection: "avatars", name: nil))
    }

    @Test(
        "that no name can match are refused with a reason",
        arguments: [
            "", "avatars", "avatars/", "/user1", "avatars/../user1", "avatars/..*", "../avatars/1", "avatars/a//b",
            "avatars/%2e%2e/a", "avatars/us*er", "avatars/**", "av*/user1", "avatars/a\\b*", "avatars/a\u{202e}b",
            "avatars/.hidden", "avatars/a\u{0}*", "avatars/" + String(repeating: "a", count: 3000),
        ]
    )
    func refused(text: String) throws {
        #expect { try NamePattern(text) } throws: { error in
            (error as? ScopeError).map { !"\($0)".isEmpty } ?? false
        }
    }

    @Test(
        "include another one when they cover all that it does",
        arguments: [
            ("*", "avatars/*", true), ("*", "*", true), ("avatars/*", "*", false),
            ("avatars/*", "avatars/user1*", true),
            ("avatars/user1*", "avatars/user1/*", true), ("avatars/user1*", "avatars/user1*", true),
            ("avatars/user1*", "avatars/user12", false), ("avatars/user1*", "avatars/*", false),
            ("avatars/user1", "avatars/user1*", false), ("avatars/user1", "avatars/user1", true),
            ("avatars/user1*", "avatars/user12*", false), ("posters/*", "avatars/1", false),
        ]
    )
    func inclusion(outer: String, inner: String, isIncluded: Bool) throws {
        #expect(try NamePattern(outer).covers(NamePattern(inner)) == isIncluded)
    }

    @Test(
        "say themselves as they are written",
        arguments: ["*", "avatars/*", "avatars/user1*", "avatars/user1/*", "avatars/1"]
    )
    func described(text: String) throws { #expect(try NamePattern(text).description == text) }
}
