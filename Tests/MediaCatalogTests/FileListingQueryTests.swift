import Testing

@testable import MediaCatalog

@Suite("The statement of a list")
struct FileListingQueryTests {
    @Test(
        "What comes behind all that begins with a text",
        arguments: [
            ("a", "b"), ("posters/a", "posters/b"), ("\u{D7FF}", "\u{E000}"), ("a\u{10FFFF}", "b"), ("\u{10FFFF}", nil),
            ("", nil),
            ("\u{7F}", "\u{80}"), ("e\u{301}", "e\u{302}"), ("%_", "%`"),
        ] as [(String, String?)]
    )
    func successor(prefix: String, expected: String?) {
        let found = FileListingQuery.successor(of: prefix)
        #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
        if let found { #expect((prefix + "\u{10FFFF}").utf8.lexicographicallyPrecedes(found.utf8)) }
    }
}
