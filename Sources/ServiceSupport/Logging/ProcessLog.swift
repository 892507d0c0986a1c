import Foundation
package import Logging
import Synchronization
import SystemPackage

/// The logging of this process, on standard error.
package enum ProcessLog {
    /// How long the end of the process waits for a reader of standard error.
    package static let patience: Duration = .seconds(5)

    private static let writer = Mutex<LogWriter?>(nil)

    /// Makes this the process's logging. Called once; what is logged later is written until the process exits with `exit`.
    /// - Parameter capacity: lines that may wait for a reader; more are dropped and counted.
    package static func bootstrap(level: Logger.Level, format: LogFormat, capacity: Int) {
        let writer = LogWriter(descriptor: .standardError, format: format, capacity: capacity)
        Self.writer.withLock { $0 = writer }
        LoggingSystem.bootstrap { label in writer.handler(label: label, level: level) }
        // Also for the ways out that are not ours, such as the argument parser's.
        atexit { ProcessLog.flush() }
    }

    /// Writes what waits. Blocks, at most ``patience``: for the end of a process, and before something is written to
    /// standard error past the log.
    package static func flush() {
        let writer = Self.writer.withLock { $0 }
        writer?.flush(atMost: Self.patience)
    }
}
