import Foundation
import Logging
import Primitives
import Synchronization
import Testing

@testable import ServiceSupport

@Suite("The log as JSON")
struct JSONLogHandlerTests {
    private func line(_ metadata: Logger.Metadata) throws -> [String: Any] {
        let lines = Mutex("")
        let handler = JSONLogHandler(label: "test") { text in lines.withLock { $0 += text } }
        Logger(label: "test") { _ in handler }.notice("Words", metadata: metadata)
        let text = lines.withLock { $0 }
        #expect(text.hasSuffix("\n") && text.count(where: \.isNewline) == 1)
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    @Test("has numbers as numbers, truths as truths, sizes in bytes, times in seconds, and texts as texts")
    func values() throws {
        let members = try line([
            "count": .stringConvertible(7), "big": .stringConvertible(Int64.max),
            "size": .stringConvertible(ByteCount.mebibytes(1)),
            "seconds": .stringConvertible(0.25), "wait": .stringConvertible(Duration.milliseconds(1500)),
            "yes": .stringConvertible(true), "name": "123", "nan": .stringConvertible(Double.nan),
            "list": [.stringConvertible(1), "a"], "group": ["n": .stringConvertible(2)],
        ])
        #expect(members["count"] as? Int == 7)
        #expect(members["big"] as? Int64 == .max)
        #expect(members["size"] as? Int == 1 << 20)
        #expect(members["seconds"] as? Double == 0.25)
        #expect(members["wait"] as? Double == 1.5)
        #expect(members["yes"] as? Bool == true)
        #expect(members["name"] as? String == "123")
        #expect(members["nan"] as? String == "nan")
        #expect((members["list"] as? [Any])?.count == 2)
        #expect((members["group"] as? [String: Any])?["n"] as? Int == 2)
    }

    @Test("has times with their zone")
    func zone() throws {
        let time = try #require(try line([:])["time"] as? String)
        #expect(time.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/), "\(time)")
    }
}
