import Foundation
import Glibc
import Logging
import MediaTesting
import Synchronization
import SystemPackage
import Testing

@testable import ServiceSupport

@Suite("The writer of the log")
struct LogWriterTests {
    /// A pipe that programs which other tests start do not inherit: its end would never come.
    private func pipe() throws -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
        let ends = try FileDescriptor.pipe()
        for end in [ends.readEnd, ends.writeEnd] where fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) != 0 {
            throw Errno(rawValue: errno)
        }
        return ends
    }

    /// Runs what blocks on a thread of its own: the cooperative pool has one for each core.
    private func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    /// Reads a pipe to its end, which comes when the last writer has closed it.
    private func lines(of reader: FileDescriptor) throws -> [String] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("All lines are written, in their order, in both formats", arguments: LogFormat.allCases)
    func order(_ format: LogFormat) async throws {
        let pipe = try self.pipe()
        defer { try? pipe.readEnd.close() }
        let writer = LogWriter(descriptor: pipe.writeEnd, format: format, capacity: 1000)
        var logger = Logger(label: "test") { writer.handler(label: $0, level: .info) }
        logger[metadataKey: "request"] = "7"
        for number in 0..<100 { logger.notice("Line", metadata: ["number": "\(number)"]) }
        logger.debug("Not written")
        #expect(try await self.onThread { writer.flush(atMost: .seconds(60)) })
        writer.close()
        try pipe.writeEnd.close()
        let lines = try lines(of: pipe.readEnd)
        #expect(lines.count == 100)
        for (number, line) in lines.enumerated() {
            switch format {
            case .text: #expect(line.contains(" notice test: number=\(number) request=7 [") && line.hasSuffix(" Line"))
            case .json:
                let members = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
                #expect(members["number"] == "\(number)" && members["request"] == "7" && members["message"] == "Line")
                #expect(members["level"] == "notice" && members["label"] == "test" && members["time"] != nil)
            }
        }
    }

    @Test(
        "With a pipe that nobody reads, nobody who logs waits; how many lines are missing is told where they are missing"
    )
    func nobodyReads() async throws {
        let pipe = try self.pipe()
        defer { try? pipe.readEnd.close() }
        let writer = LogWriter(descriptor: pipe.writeEnd, format: .json, capacity: 10)
        let logger = Logger(label: "test") { writer.handler(label: $0, level: .info) }
        let text = String(repeating: "x", count: 1000)
        // Many times what a pipe holds. If one of these waited for the pipe, this test would never end.
        for number in 0..<5000 { logger.info("\(text)", metadata: ["number": "\(number)"]) }
        #expect(try await self.onThread { !writer.flush(atMost: .milliseconds(50)) })
        let reading = Task { try await self.onThread { try self.lines(of: pipe.readEnd) } }
        #expect(try await self.onThread { writer.flush(atMost: .seconds(60)) })
        logger.info("Last")
        #expect(try await self.onThread { writer.flush(atMost: .seconds(60)) })
        writer.close()
        try pipe.writeEnd.close()
        let lines = try await reading.value.map {
            let members = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            return (members ?? [:]).mapValues { "\($0)" }
        }
        let numbers = lines.compactMap { $0["number"].flatMap { Int($0) } }
        let missing = lines.compactMap { $0["lines"].flatMap { Int($0) } }
        #expect(numbers == numbers.sorted())
        #expect(numbers.count + missing.reduce(0, +) == 5000)
        #expect(!missing.isEmpty)
        #expect(lines.last?["message"] == "Last")
        #expect(lines.dropLast().last?["lines"] != nil)
    }

    @Test("A descriptor that cannot be written to costs the lines and nothing else")
    func readerIsGone() async throws {
        let pipe = try self.pipe()
        try pipe.readEnd.close()
        signal(SIGPIPE, SIG_IGN)
        let writer = LogWriter(descriptor: pipe.writeEnd, format: .text, capacity: 10)
        let logger = Logger(label: "test") { writer.handler(label: $0, level: .info) }
        logger.info("Lost")
        #expect(try await self.onThread { writer.flush(atMost: .seconds(60)) })
        writer.close()
        try pipe.writeEnd.close()
    }

    @Test("A non-blocking descriptor gets every line whole")
    func nonBlocking() async throws {
        let pipe = try self.pipe()
        defer { try? pipe.readEnd.close() }
        let flags = fcntl(pipe.writeEnd.rawValue, F_GETFL)
        #expect(fcntl(pipe.writeEnd.rawValue, F_SETFL, flags | O_NONBLOCK) == 0)
        let writer = LogWriter(descriptor: pipe.writeEnd, format: .text, capacity: 1000)
        let line = String(repeating: "x", count: 5000)
        for _ in 0..<100 { writer.write(line + "\n") }
        let reading = Task { try await self.onThread { try self.lines(of: pipe.readEnd) } }
        #expect(try await self.onThread { writer.flush(atMost: .seconds(60)) })
        writer.close()
        try pipe.writeEnd.close()
        #expect(try await reading.value == Array(repeating: line, count: 100))
    }

    @Test("The queue is never longer than its capacity and one note, and counts what it drops")
    func queue() {
        var queue = LogQueue(capacity: 2)
        for letter in ["a", "b", "c", "d"] { queue.offer(letter) }
        #expect(queue.next() == .line("a"))
        queue.offer("e")
        queue.offer("f")
        #expect(queue.next() == .line("b"))
        #expect(queue.next() == .dropped(2))
        #expect(queue.next() == .line("e"))
        #expect(queue.next() == .dropped(1))
        #expect(queue.next() == nil)
        #expect(queue.offered == 6)
    }
}
