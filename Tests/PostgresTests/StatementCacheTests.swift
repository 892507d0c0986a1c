import Testing

@testable import Postgres

@Suite("The prepared statements of a connection")
struct StatementCacheTests {
    private func key(_ sql: String) -> StatementCache.Key { .init(sql: sql, types: []) }

    @Test("The least recently used statement goes first")
    func leastRecentlyUsed() {
        var cache = StatementCache(capacity: 2)
        cache.insert(key("a"), name: "1")
        cache.insert(key("b"), name: "2")
        #expect(cache.name(for: key("a")) == "1")
        cache.insert(key("c"), name: "3")
        #expect(cache.name(for: key("b")) == nil)
        #expect(cache.name(for: key("a")) == "1")
        #expect(cache.takeDiscarded() == ["2"])
        #expect(cache.takeDiscarded().isEmpty)
    }

    @Test("The same text with other parameter types is another statement")
    func types() {
        var cache = StatementCache(capacity: 2)
        cache.insert(.init(sql: "a", types: [20]), name: "1")
        #expect(cache.name(for: .init(sql: "a", types: [25])) == nil)
    }

    @Test("A name replaced or removed is discarded, and no name is given out twice")
    func names() {
        var cache = StatementCache(capacity: 2)
        cache.insert(key("a"), name: "1")
        cache.insert(key("a"), name: "2")
        cache.remove(key("a"))
        cache.remove(key("a"))
        #expect(cache.discarded == ["1", "2"])
        #expect(cache.makeName() != cache.makeName())
    }
}
