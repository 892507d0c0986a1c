import Dispatch
import Glibc
import PostgresCluster
import Synchronization

/// A program that a test started. It cannot outlive the test process, however that ends.
///
/// Its standard output and standard error go to unnamed files, so it never waits for a reader and what it wrote can be read
/// at any time, also after it was killed.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Ending: Sendable, Equatable {
        /// It called exit(3) with this status.
        case exited(Int32)
        /// This signal killed it.
        case signalled(Int32)
    }

    /// The process id; it names this process until ``ending`` is set.
    package let processID: Int32
    private let output: CapturedOutput
    private let errors: CapturedOutput
    private let latch: Latch<Ending>
    private let isReaped: SharedFlag

    init(
        processID: Int32,
        output: CapturedOutput,
        errors: CapturedOutput,
        latch: Latch<Ending>,
        isReaped: SharedFlag
    ) {
        self.processID = processID
        self.output = output
        self.errors = errors
        self.latch = latch
        self.isReaped = isReaped
    }

    /// How it ended; nil while it runs.
    package var ending: Ending? { latch.value }

    /// What it wrote to standard output so far.
    package var standardOutput: [UInt8] { output.bytes() }

    /// What it wrote to standard error so far.
    package var standardError: String { String(decoding: errors.bytes(), as: UTF8.self) }

    /// Sends a signal; nothing happens when the process has ended.
    package func send(signal: Int32) {
        // Under the lock the process id is still ours: it is reaped under the same lock.
        isReaped.value.withLock { isReaped in
            if !isReaped { _ = kill(processID, signal) }
        }
    }

    /// Waits for the end; nil when it did not come in time.
    package func waitForExit(atMost patience: Duration) async -> Ending? {
        await latch.wait(atMost: patience)
    }

    /// Kills the process and waits until it is gone.
    package func kill9() async {
        send(signal: SIGKILL)
        _ = await latch.wait(atMost: .seconds(10))
    }

    /// A flag that two threads share.
    final class SharedFlag: Sendable {
        let value = Mutex(false)
    }
}

extension ChildProcess {
    /// What a program left behind.
    package struct Outcome: Sendable {
        /// How it ended.
        package let ending: Ending
        /// Standard output, byte for byte.
        package let bytes: [UInt8]
        /// Standard error.
        package let errors: String

        /// Standard output as text.
        package var text: String { String(decoding: bytes, as: UTF8.self) }
        /// The lines of standard output, without empty ones.
        package var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    /// Runs a program to its end.
    ///
    /// - Throws: ``ProcessFailure`` when it cannot be started or does not end in time; it is killed then.
    package static func run(_ launch: Launch, within patience: Duration = .seconds(150)) async throws -> Outcome {
        let process = try await start(launch)
        guard let ending = await process.waitForExit(atMost: patience) else {
            await process.kill9()
            throw ProcessFailure(
                message: """
                    \(launch.executable) \(launch.arguments.joined(separator: " ")) did not end within \(patience) and was \
                    killed; standard error: \(process.standardError.suffix(4000))
                    """
            )
        }
        return Outcome(ending: ending, bytes: process.standardOutput, errors: process.standardError)
    }
}

/// A program of a test could not be run as it should.
package struct ProcessFailure: Error, CustomStringConvertible {
    /// What happened, with the program's last words.
    package let message: String

    /// The message.
    package var description: String { message }

    /// A failure with these words.
    package init(message: String) { self.message = message }
}
