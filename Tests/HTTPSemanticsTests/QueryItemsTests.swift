import HTTPSemantics
import Testing

@Suite("Queries")
struct QueryItemsTests {
    private typealias Item = QueryItems.Item

    @Test("Pairs in order, duplicates kept")
    func pairs() throws {
        let query = try QueryItems(query: "a=1&b=2&a=3&flag&=x&c=d=e&")
        #expect(query.items.map(\.name) == ["a", "b", "a", "flag", "", "c"])
        #expect(query.items.map(\.value) == ["1", "2", "3", "", "x", "d=e"])
        #expect(query["a"] == "1")
        #expect(query.values(of: "a") == ["1", "3"])
        #expect(query["missing"] == nil)
        #expect(query["flag"] == "")
    }

    @Test("Plus, %20 and UTF-8 in names and values")
    func decoding() throws {
        let query = try QueryItems(query: "a+b=c%20d&%C3%A9=%2B&p=a%26b%3Dc")
        #expect(
            query.items == [
                Item(name: "a b", value: "c d"), Item(name: "\u{e9}", value: "+"), Item(name: "p", value: "a&b=c"),
            ]
        )
    }

    @Test("Nothing there", arguments: [nil, "", "&", "&&&"])
    func empty(query: String?) throws {
        #expect(try QueryItems(query: query).items.isEmpty)
    }

    @Test(
        "Refused",
        arguments: [
            ("a=%", .invalidPercentEncoding), ("a=%2", .invalidPercentEncoding), ("%zz", .invalidPercentEncoding),
            ("a=%ff", .invalidUTF8), ("%c0%af=1", .invalidUTF8), ("a=%00", .nulByte), ("a\0=1", .nulByte),
            ("a=%ed%a0%80", .invalidUTF8), ("a=b%&c=d", .invalidPercentEncoding),
        ] as [(String, QueryItemsError)]
    )
    func refused(query: String, expected: QueryItemsError) {
        #expect(throws: expected) { try QueryItems(query: query) }
    }

    @Test("No more pairs than the limit")
    func tooMany() throws {
        let limit = QueryItems.maximumItems
        #expect(try QueryItems(query: Array(repeating: "a", count: limit).joined(separator: "&")).items.count == limit)
        #expect(throws: QueryItemsError.tooManyItems) {
            try QueryItems(query: Array(repeating: "a", count: limit + 1).joined(separator: "&"))
        }
    }
}
