import HTTPServing
import MediaCore
import MediaTesting
import NIOCore
import Synchronization
import Testing

@testable import MediaServer

@Suite("Records in JSON, kept in memory")
struct RecordJSONTests {
    /// Counts how often a record is encoded: presets are asked for then only.
    private final class Counter: Sendable {
        let encoded = Mutex(0)

        func records(capacity: Int = 10) -> RecordJSON {
            RecordJSON(
                presets: { _ in
                    self.encoded.withLock { $0 += 1 }
                    return []
                },
                capacity: capacity
            )
        }

        var count: Int { self.encoded.withLock(\.self) }
    }

    @Test("A record that is the same in every member is encoded once; any other member, and it is another record")
    func changes() throws {
        let counter = Counter()
        let records = counter.records()
        let file = SampleRecords.file("1")
        let first = try records.encode(file)
        #expect(try records.encode(file) == first && counter.count == 1)
        #expect(try JSON.encode(FileRecord(file, presets: [])) == first)
        var changed = file
        changed.focalPoint = FocalPoint(x: 0.25, y: 0.5)
        let second = try records.encode(changed)
        #expect(String(buffer: second).contains("0.25") && counter.count == 2)
        // The older one, of a slower look-up, is not mistaken for it.
        #expect(try records.encode(file) == first)
    }

    @Test("Who may not see the owner is not given the record of who may")
    func owner() throws {
        let records = Counter().records()
        var file = SampleRecords.file("1")
        file.owner = "ada"
        #expect(String(buffer: try records.encode(file)).contains("ada"))
        file.owner = nil
        #expect(!String(buffer: try records.encode(file)).contains("ada"))
    }

    @Test("A page is the JSON that an encoder makes of it, also when it is empty")
    func page() throws {
        struct Page: Encodable {
            var cursor: String?
            var files: [FileRecord]
            var nextCursor: String?

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(self.cursor, forKey: .cursor)
                try container.encode(self.files, forKey: .files)
                try container.encode(self.nextCursor, forKey: .nextCursor)
            }

            enum Key: CodingKey { case cursor, files, nextCursor }
        }
        let records = Counter().records()
        for names in [[], ["1"], ["1", "2", "3"]] {
            for cursor in [nil, "x\"1.5"] {
                let files = names.map { SampleRecords.file($0) }
                let page = try records.encodePage(files, nextCursor: cursor, cursor: cursor)
                let whole = Page(cursor: cursor, files: files.map { FileRecord($0, presets: []) }, nextCursor: cursor)
                #expect(page == (try JSON.encode(whole)))
            }
        }
    }

    @Test("Records that are very long are not kept, and none without a capacity")
    func bounds() throws {
        let counter = Counter()
        var long = SampleRecords.file("1")
        long.originalFilename = String(repeating: "a", count: RecordJSON.maximumLength)
        let records = counter.records()
        for _ in 0..<2 { _ = try records.encode(long) }
        #expect(counter.count == 2)
        let none = counter.records(capacity: 0)
        for _ in 0..<2 { _ = try none.encode(SampleRecords.file("1")) }
        #expect(counter.count == 4)
    }
}
