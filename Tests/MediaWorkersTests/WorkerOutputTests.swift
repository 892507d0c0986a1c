import MediaCore
import Testing

@testable import MediaWorkers

@Suite("What workers print")
struct WorkerOutputTests {
    @Test("lines are put together across reads, and cleaned")
    func lines() {
        var output = WorkerOutput()
        #expect(output.append(Array("one\ntw".utf8)) == ["one"])
        #expect(output.append(Array("o\u{1b}[2J\n\nend".utf8)) == ["two [2J", ""])
        #expect(output.finish() == "end")
        #expect(output.finish() == nil)
        #expect(output.lines == ["one", "two [2J", "", "end"])
    }

    @Test("bytes that are no text do no harm")
    func binary() {
        var output = WorkerOutput()
        let line = output.append([0xff, 0xfe, 0, 0x0a])
        #expect(line == ["\u{fffd}\u{fffd} "])
    }

    @Test("a million lines are counted, not kept; the next job starts afresh")
    func flood() {
        var output = WorkerOutput()
        var kept = 0
        for _ in 0..<1000 {
            kept += output.append(Array(String(repeating: "w\n", count: 1000).utf8)).count
        }
        #expect(kept == WorkerOutput.maximumLinesPerJob)
        #expect(output.droppedCount == 1_000_000 - kept)
        #expect(output.beginJob() == 1_000_000 - kept)
        #expect(output.append(Array("new\n".utf8)) == ["new"])
    }

    @Test("a line without end is cut")
    func longLine() {
        var output = WorkerOutput()
        for _ in 0..<100 { _ = output.append([UInt8](repeating: UInt8(ascii: "x"), count: 10_000)) }
        #expect(output.append([0x0a]).first?.utf8.count == WorkerOutput.maximumLineLengthBytes)
    }

    @Test("pauses double and are bounded")
    func backOff() {
        var backoff = Backoff(range: WorkerSupervisor.pauses)
        let pauses = (0..<12).map { _ in backoff.failed(at: .now) }
        #expect(pauses.prefix(3) == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
        #expect(pauses.last == WorkerSupervisor.pauses.upperBound)
        backoff.succeeded()
        #expect(backoff.failed(at: .now) == .milliseconds(100))
    }
}
