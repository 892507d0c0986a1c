import Primitives
import Testing

@testable import Films

@Suite("What is kept beside a film's texts, and what a change may be")
struct MovieTextsTests {
    @Test(
        "Titles are sorted without article, accents and case",
        arguments: [
            ("Le Voyage", "voyage"), ("L'Été", "ete"), ("L\u{2019}Atalante", "atalante"), ("The  General", "general"),
            ("A", "a"), ("The ", "the "), ("Anna", "anna"), ("Un chien", "chien"), ("Lesson", "lesson"),
        ]
    )
    func sortKeys(title: String, key: String) { #expect(MovieTexts.sortKey(ofTitle: title) == key) }

    @Test("A title of many marks has a key that an index takes")
    func longTitle() {
        let title = String(repeating: "x" + String(repeating: "\u{1F9D1}\u{200D}", count: 8), count: 200)
        #expect(MovieTexts.sortKey(ofTitle: title).utf8.count <= 200)
    }

    @Test("Words of a search are patterns that mean themselves")
    func patterns() {
        #expect(MovieTexts.patterns(ofSearch: " Été  100%_\\ ") == ["%ete%", "%100\\%\\_\\\\%"])
        #expect(MovieTexts.patterns(ofSearch: " ").isEmpty)
    }

    @Test("A change names what is wrong with each member")
    func wrongMembers() throws {
        let body = RequestBody(members: ["title": .text(""), "year": .number(99_999), "rating": .number(10.05)])
        let error = #expect(throws: FilmsError.self) { try MovieChange.patch(body) }
        #expect(error?.wrongFields.map(\.field) == ["title", "year", "rating"])
        #expect(error?.wrongFields.map(\.code) == [.required, .year, .rating])
    }

    @Test(
        "Wrong types are mistakes of the program",
        arguments: [["rating": .text("9,5")], ["baseVersions": .number(3)], ["categories": .text("x")], [:]]
            as [[String: JSONValue]]
    )
    func wrongTypes(members: [String: JSONValue]) {
        let error = #expect(throws: FilmsError.self) { try MovieChange.patch(RequestBody(members: members)) }
        #expect(error?.code == .invalidRequest)
    }

    @Test("PATCH has the named fields, PUT all of them")
    func fields() throws {
        let body = RequestBody(members: [
            "title": .text("x"), "year": .null, "baseVersions": .object(["title": .number(2)]),
        ])
        let patch = try MovieChange.patch(body)
        #expect(patch.values == [.title: .text("x"), .year: .null] && patch.baseVersions == [.title: 2])
        #expect(try MovieChange.replacement(body).values.count == MovieField.allCases.count)
    }
}
