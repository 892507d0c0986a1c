import Dispatch
import Glibc
package import Logging
import Synchronization

/// Reads what the server writes to standard error: the last lines are kept for error messages, all go to the logger.
///
/// The pipe is read on a thread of its own, which ends when the last server process has closed it. Memory is bounded by
/// the number and length of kept lines, and the logger by ``linesPerWindow``.
package final class PostmasterLog: Sendable {
    private struct State {
        var partial: [UInt8] = []
        var last: [String] = []
        var lineCount = 0
        var level = Logger.Level.debug
        var windowStart = ContinuousClock.now
        var windowCount = 0
        var suppressed = 0
    }

    private static let keptLines = 40
    private static let longestLineBytes = 2000
    private static let linesPerWindow = 200
    private static let window = Duration.seconds(10)

    private let logger: Logger
    private let state = Mutex(State())
    private let ended = Latch<Void>()

    /// Makes a log that forwards to `logger`.
    package init(logger: Logger) {
        self.logger = logger
    }

    /// The last lines, oldest first, separated by newlines.
    package var tail: String {
        state.withLock { $0.last.joined(separator: "\n") }
    }

    /// How many lines have come so far: a server that still writes is still making progress.
    package var lineCount: Int {
        state.withLock { $0.lineCount }
    }

    /// Reads `descriptor` to its end on a thread of its own, and closes it.
    package func follow(descriptor: Int32) {
        DispatchQueue(label: "mediad.postgres-cluster.log").async {
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while true {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                self.append(buffer[..<count])
            }
            close(descriptor)
            self.ended.set(())
        }
    }

    /// Waits for the end of the stream, at most `duration`: backends may hold it open a little longer than the postmaster.
    package func waitForEnd(atMost duration: Duration) async {
        _ = await ended.wait(atMost: duration)
    }

    /// Takes a piece of the stream.
    package func append(_ bytes: some Sequence<UInt8>) {
        let lines = state.withLock { state in
            var lines: [(Logger.Level, String)] = []
            for byte in bytes {
                if byte == UInt8(ascii: "\n") {
                    let line = String(decoding: state.partial, as: UTF8.self)
                    state.partial.removeAll(keepingCapacity: true)
                    Self.keep(line, in: &state)
                    if let entry = Self.admit(line, in: &state) { lines.append(entry) }
                } else if state.partial.count < Self.longestLineBytes {
                    state.partial.append(byte)
                }
            }
            return lines
        }
        for (level, line) in lines {
            logger.log(level: level, "PostgreSQL wrote to its log", metadata: ["line": "\(line)"])
        }
    }

    private static func keep(_ line: String, in state: inout State) {
        state.lineCount += 1
        state.last.append(line)
        if state.last.count > keptLines { state.last.removeFirst() }
    }

    private static func admit(_ line: String, in state: inout State) -> (Logger.Level, String)? {
        state.level = level(of: line) ?? state.level
        let now = ContinuousClock.now
        if now - state.windowStart > window {
            state.windowStart = now
            state.windowCount = 0
        }
        state.windowCount += 1
        guard state.windowCount <= linesPerWindow else {
            state.suppressed += 1
            return nil
        }
        defer { state.suppressed = 0 }
        let note = state.suppressed > 0 ? " (\(state.suppressed) lines before this one were left out)" : ""
        return (state.level, line + note)
    }

    /// The level for a line by its severity ("Message Severity Levels" in the PostgreSQL manual); nil for a line that
    /// continues the one before (DETAIL, HINT, STATEMENT, tab).
    package static func level(of line: String) -> Logger.Level? {
        let severities: [(String, Logger.Level)] = [
            ("PANIC:", .error), ("FATAL:", .warning), ("ERROR:", .warning), ("WARNING:", .warning),
            // Start, stop and checkpoints: the supervisor reports what matters of these itself.
            ("LOG:", .debug), ("NOTICE:", .debug), ("INFO:", .debug), ("DEBUG", .trace),
        ]
        return severities.first { line.hasPrefix($0.0) }?.1
    }
}
