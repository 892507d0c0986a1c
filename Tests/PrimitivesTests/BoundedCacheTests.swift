import Primitives
import Synchronization
import Testing

@Suite("A bounded cache")
struct BoundedCacheTests {
    @Test("of its oldest entries makes room for new ones, and a new value does not make an entry younger")
    func oldest() {
        var cache = BoundedCache<Int, String>(capacity: 3)
        for number in 1...3 { cache.insert("\(number)", for: number) }
        #expect(cache.insert("one", for: 1) == nil)
        let evicted = cache.insert("4", for: 4)
        #expect(evicted?.key == 1)
        #expect(evicted?.value == "one")
        #expect((1...4).map { cache[$0] } == [nil, "2", "3", "4"])
    }

    @Test("of the least recently used ones, where that is asked for")
    func leastRecentlyUsed() {
        var cache = BoundedCache<Int, String>(capacity: 2, evicting: .leastRecentlyUsed)
        cache.insert("1", for: 1)
        cache.insert("2", for: 2)
        #expect(cache[1] == "1")
        #expect(cache.insert("3", for: 3)?.key == 2)
        cache.insert("one", for: 1)
        #expect(cache.insert("4", for: 4)?.key == 3)
        #expect(cache[1] == "one")
    }

    @Test("An entry that was removed and came again is as young as its return")
    func again() {
        var cache = BoundedCache<Int, Int>(capacity: 2)
        cache.insert(1, for: 1)
        cache.insert(2, for: 2)
        #expect(cache.remove(1) == 1)
        #expect(cache.remove(1) == nil)
        cache.insert(1, for: 1)
        #expect(cache.insert(3, for: 3)?.key == 2)
    }

    @Test("Entries are good until their lifetime is over, which a new value begins anew")
    func lifetime() {
        let start = ContinuousClock.now
        let passed = Mutex(Duration.zero)
        var cache = BoundedCache<Int, Int>(capacity: 2, lifetime: .seconds(10)) { start + passed.withLock { $0 } }
        cache.insert(1, for: 1)
        cache.insert(2, for: 2)
        passed.withLock { $0 = .seconds(9) }
        cache.insert(10, for: 1)
        #expect(cache[2] == 2)
        passed.withLock { $0 = .seconds(10) }
        #expect(cache[2] == nil)
        #expect(cache[1] == 10)
        #expect(cache.count == 1)
        // The one whose lifetime is over first makes room.
        cache.insert(2, for: 2)
        #expect(cache.insert(3, for: 3)?.key == 1)
    }

    @Test("What an invalidation has overtaken does not come in")
    func generations() {
        var cache = BoundedCache<Int, Int>(capacity: 2)
        let before = cache.generation
        cache.insert(1, for: 1, since: before)
        #expect(cache[1] == 1)
        cache.invalidate(1)
        cache.insert(1, for: 1, since: before)
        #expect(cache[1] == nil)
        cache.insert(2, for: 2, since: cache.generation)
        let late = cache.generation
        cache.invalidateAll()
        cache.insert(3, for: 3, since: late)
        #expect(cache.count == 0)
    }

    @Test("Without capacity nothing is kept", arguments: [0, -1])
    func off(capacity: Int) {
        var cache = BoundedCache<Int, Int>(capacity: capacity)
        #expect(cache.insert(1, for: 1) == nil)
        #expect(cache[1] == nil)
    }

    @Test("Whatever is done, entries and bookkeeping stay bounded", arguments: [1, 2, 10])
    func bounded(capacity: Int) {
        for eviction in [BoundedCache<Int, Int>.Eviction.oldest, .leastRecentlyUsed] {
            var cache = BoundedCache<Int, Int>(capacity: capacity, evicting: eviction)
            for number in 0..<1000 {
                cache.insert(number, for: number % 17)
                if number % 3 == 0 { cache.remove(number % 17) }
                _ = cache[number % 5]
                #expect(cache.count <= capacity)
                #expect(cache.footprint <= 2 * capacity + 1)
            }
        }
    }
}
