import Dispatch
import Foundation
import Glibc
package import Logging
import Synchronization
package import SystemPackage

/// Writes the lines of a log on a thread of its own, so that nobody who logs waits for a disk, a terminal or a full pipe.
///
/// A bounded number of lines waits. When there is no room, a line is dropped; where lines are missing, a warning says how
/// many. Lines keep their order.
///
/// ```swift
/// let writer = LogWriter(descriptor: .standardError, format: .json, capacity: 8192)
/// LoggingSystem.bootstrap { label in writer.handler(label: label, level: .info) }
/// // ... before the process exits:
/// writer.flush(atMost: .seconds(5))
/// ```
package final class LogWriter: Sendable {
    private struct State {
        var queue: LogQueue
        /// Lines that were written or given up, the dropped ones included.
        var settled = 0
        /// The thread waits for a line.
        var isIdle = false
        /// The thread is to end when nothing waits any more.
        var isClosed = false
        var flushes: [(upTo: Int, done: DispatchSemaphore)] = []
    }

    private let descriptor: FileDescriptor
    private let format: LogFormat
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)

    /// Starts the thread.
    /// - Parameters:
    ///   - descriptor: stays open as long as this lives; not closed by it.
    ///   - capacity: lines that may wait; at least 1.
    package init(descriptor: FileDescriptor, format: LogFormat, capacity: Int) {
        self.descriptor = descriptor
        self.format = format
        self.state = Mutex(State(queue: LogQueue(capacity: capacity)))
        let thread = Thread { self.run() }
        thread.name = "log"
        thread.start()
    }

    /// A handler whose lines are written here.
    package func handler(label: String, level: Logger.Level) -> any LogHandler {
        self.format.handler(label: label, level: level) { line in self.write(line) }
    }

    /// Takes a line, its newline included. Never waits for the descriptor.
    package func write(_ line: String) {
        let mustWake = self.state.withLock { state in
            state.queue.offer(line)
            defer { state.isIdle = false }
            return state.isIdle
        }
        if mustWake { self.wake.signal() }
    }

    /// Returns when all lines taken so far are written, or the time is over: a reader that went to sleep must not keep a
    /// process from its end. Blocks; for the end of a process.
    /// - Returns: whether all is written.
    @discardableResult
    package func flush(atMost patience: Duration) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let isDone = self.state.withLock { state in
            let upTo = state.queue.offered
            if state.settled >= upTo { return true }
            state.flushes.append((upTo, done))
            return false
        }
        if isDone { return true }
        return done.wait(timeout: .now() + .milliseconds(Int(patience / .milliseconds(1)))) == .success
    }

    /// Ends the thread when all lines are written. Later lines are dropped.
    package func close() {
        let mustWake = self.state.withLock { state in
            state.isClosed = true
            defer { state.isIdle = false }
            return state.isIdle
        }
        if mustWake { self.wake.signal() }
    }

    private func run() {
        while true {
            let (entry, isClosed) = self.state.withLock { state -> (LogQueue.Entry?, Bool) in
                let entry = state.queue.next()
                state.isIdle = entry == nil
                return (entry, state.isClosed)
            }
            switch entry {
            case .line(let line):
                self.put(line)
                self.settle(1)
            case .dropped(let count):
                self.put(self.report(dropped: count))
                self.settle(count)
            case nil:
                if isClosed { return }
                self.wake.wait()
            }
        }
    }

    private func settle(_ count: Int) {
        self.state.withLock { state in
            state.settled += count
            state.flushes.removeAll { flush in
                guard flush.upTo <= state.settled else { return false }
                flush.done.signal()
                return true
            }
        }
    }

    /// One write for a line, as long as the descriptor takes it whole: lines of other processes do not get into it.
    ///
    /// A log that cannot be written (a full disk, a collector that went away) must not end the process: the line is lost.
    private func put(_ line: String) {
        var rest = Array(line.utf8)[...]
        while !rest.isEmpty {
            do {
                let count = try rest.withUnsafeBytes { try self.descriptor.write($0) }
                // Nothing was taken, and nothing says why: trying again might go on for ever.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            } catch let error as Errno where error == .resourceTemporarilyUnavailable {
                // Somebody who shares the descriptor made it non-blocking.
                var interest = pollfd(fd: self.descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
                _ = poll(&interest, 1, -1)
            } catch {
                return
            }
        }
    }

    private func report(dropped count: Int) -> String {
        let line = Mutex("")
        let handler = self.format.handler(label: "log", level: .warning) { text in line.withLock { $0 += text } }
        Logger(label: "log") { _ in handler }.warning(
            "Lines of the log were dropped, because they were written faster than somebody read them",
            metadata: ["lines": .stringConvertible(count)]
        )
        return line.withLock { $0 }
    }
}
