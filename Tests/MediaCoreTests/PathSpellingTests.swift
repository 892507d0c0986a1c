import MediaCore
import Testing

@Suite("Spellings of paths (D4, F7)")
struct PathSpellingTests {
    @Test("A path in ASCII has one spelling; others are looked for as sent, composed and decomposed, each once")
    func spellings() throws {
        #expect(try MediaPath(validating: "posters/1.jpg").spellings.count == 1)
        let composed = "documents/Am\u{e9}lie.txt"
        let decomposed = "documents/Ame\u{301}lie.txt"
        for text in [composed, decomposed] {
            let bytes = try MediaPath(validating: text).spellings.map { Array($0.text.utf8) }
            #expect(bytes.count == 2)
            #expect(bytes.first == Array(text.utf8))
            #expect(bytes.contains(Array(composed.utf8)) && bytes.contains(Array(decomposed.utf8)))
        }
        // Hangul, a singleton, and marks in an order that is neither form's.
        for (text, count) in [("a/\u{1112}\u{1161}\u{11ab}", 2), ("a/\u{212b}", 3), ("a/a\u{301}\u{323}", 3)] {
            #expect(MediaPath.spellings(of: text).count == count, "\(text)")
        }
    }

    @Test("A decomposed name may be longer than any name in the tree")
    func length() throws {
        let name = String(repeating: "e\u{301}", count: 100)
        #expect(name.utf8.count == 300)
        _ = try MediaPath(validating: "documents/\(name).txt")
    }

    @Test("A path without an extension stands for a name; one with the extension of a known type does not")
    func withoutExtension() throws {
        #expect(try MediaPath(validating: "posters/1").nameWithoutExtension?.text == "1")
        #expect(try MediaPath(validating: "videos/a/b.c").nameWithoutExtension?.text == "a/b.c")
        #expect(try MediaPath(validating: "documents/Ame\u{301}lie").nameWithoutExtension?.text == "Am\u{e9}lie")
        #expect(try MediaPath(validating: "posters/1.jpg").nameWithoutExtension == nil)
        #expect(try MediaPath(validating: "posters/1.JPG").nameWithoutExtension == nil)
    }
}
