import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("The record cache")
struct RecordCacheTests {
    @Test("A record read before an invalidation is not put in after it")
    func race() {
        let cache = RecordCache(capacity: 10)
        cache.setTrusted(true)
        let file = SampleRecords.file("1")
        let before = cache.generation
        cache.drop(file.path)
        cache.put(file, since: before)
        #expect(cache.record(at: file.path) == nil)
        cache.put(file, since: cache.generation)
        #expect(cache.record(at: file.path) == file)
        let trusted = cache.generation
        cache.setTrusted(false)
        cache.setTrusted(true)
        cache.put(file, since: trusted)
        #expect(cache.record(at: file.path) == nil)
    }

    @Test("Nothing is kept while changes are not heard, or without capacity")
    func untrusted() {
        let file = SampleRecords.file("1")
        let disconnected = RecordCache(capacity: 10)
        disconnected.put(file, since: disconnected.generation)
        #expect(disconnected.record(at: file.path) == nil)
        let off = RecordCache(capacity: 0)
        off.setTrusted(true)
        off.put(file, since: off.generation)
        #expect(off.record(at: file.path) == nil)
    }

    @Test("It stays within its capacity, the newest stay, and dropping and filling again does not make it grow")
    func bounded() {
        let cache = RecordCache(capacity: 10)
        cache.setTrusted(true)
        for number in 0..<100 { cache.put(SampleRecords.file("\(number)"), since: cache.generation) }
        let kept = (0..<100).filter { cache.record(at: SampleRecords.file("\($0)").path) != nil }
        #expect(kept == Array(90..<100))
        let file = SampleRecords.file("again")
        for _ in 0..<1000 {
            cache.drop(file.path)
            cache.put(file, since: cache.generation)
        }
        #expect(cache.record(at: file.path) == file)
        #expect(cache.footprint <= 2 * 10 + 2)
    }
}
