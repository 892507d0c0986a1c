import HTTPSemantics
import Testing

@Suite("Entity tags")
struct EntityTagTests {
    @Test(
        "Single tags read and write alike",
        arguments: ["\"\"", "\"a\"", "W/\"a\"", "\"a,b\"", "\"\\\"", "\"W/\"", "\"\u{e9}\"", "\"!#~\""]
    )
    func roundTrip(text: String) throws {
        let tag = try #require(EntityTag(parsing: text))
        #expect(tag.description == text)
    }

    @Test(
        "What is no tag",
        arguments: [
            "", "a", "\"", "\"a", "a\"", "*", "w/\"a\"", "W\"a\"", "W/a", "W/", "W", "\"a\"b\"", "\"a\" ", " \"a\"",
            "\"a\",\"b\"", "\"a b\"",
            "\"a\u{7F}\"", "\"a\tb\"", "'a'", "W/ \"a\"", "/\"a\"",
        ]
    )
    func invalid(text: String) {
        #expect(EntityTag(parsing: text) == nil)
    }

    @Test("C1: the table of RFC 9110 8.8.3.2")
    func comparisonTable() throws {
        let table: [(String, String, strong: Bool, weak: Bool)] = [
            ("W/\"1\"", "W/\"1\"", false, true),
            ("W/\"1\"", "W/\"2\"", false, false),
            ("W/\"1\"", "\"1\"", false, true),
            ("\"1\"", "\"1\"", true, true),
        ]
        for row in table {
            let left = try #require(EntityTag(parsing: row.0))
            let right = try #require(EntityTag(parsing: row.1))
            #expect(left.stronglyMatches(right) == row.strong)
            #expect(right.stronglyMatches(left) == row.strong)
            #expect(left.weaklyMatches(right) == row.weak)
            #expect(right.weaklyMatches(left) == row.weak)
        }
    }

    @Test("Tags are bytes: canonically equivalent text differs")
    func bytewise() throws {
        let composed = try #require(EntityTag(opaque: "\u{e9}"))
        let decomposed = try #require(EntityTag(opaque: "e\u{301}"))
        #expect(composed != decomposed)
        #expect(!composed.weaklyMatches(decomposed))
    }

    @Test(
        "A tag cannot be made of what would break out of its quotes",
        arguments: ["a\"b", "a b", "a\r\nb", "\0", "\u{7F}"]
    )
    func unusable(opaque: String) {
        #expect(EntityTag(opaque: opaque) == nil)
    }

    @Test("C1: lists, several lines, commas within tags, *")
    func lists() throws {
        func tags(_ texts: String...) throws -> EntityTagList {
            .tags(try texts.map { try #require(EntityTag(parsing: $0)) })
        }
        #expect(EntityTagList(fieldLines: ["\"a\", W/\"b\",\"c\""]) == (try tags("\"a\"", "W/\"b\"", "\"c\"")))
        #expect(EntityTagList(fieldLines: ["\"a\"", "\"b\""]) == (try tags("\"a\"", "\"b\"")))
        #expect(EntityTagList(fieldLines: ["\"a,b\",\"c\""]) == (try tags("\"a,b\"", "\"c\"")))
        #expect(EntityTagList(fieldLines: [",, \"a\" ,\t,"]) == (try tags("\"a\"")))
        #expect(EntityTagList(fieldLines: ["*"]) == .any)
        #expect(EntityTagList(fieldLines: ["\"a\"", " * "]) == .any)
        #expect(EntityTagList(fieldLines: ["\"*\""]) == (try tags("\"*\"")))
        #expect(EntityTagList(fieldLines: [""]) == .tags([]))
        // What is no tag matches nothing, and does not take its neighbours along.
        #expect(EntityTagList(fieldLines: ["a, \"b\""]) == (try tags("\"b\"")))
        #expect(EntityTagList(fieldLines: ["\"a\" x, \"b\""]) == (try tags("\"b\"")))
        #expect(EntityTagList(fieldLines: ["\"a\"\"b\", \"c\""]) == (try tags("\"c\"")))
        #expect(EntityTagList(fieldLines: ["\"unterminated, \"b\""]) == .tags([]))
    }
}
