import ArgumentParser
import Foundation
import Logging
import MediaCore
import Postgres
import ServiceSupport
import Synchronization

/// How a command ends when it fails: one clear line on standard error, exit status 2 (1 is kept for findings).
enum CommandFailure {
    /// As shells report a program that Ctrl-C ended: 128 and the signal's number.
    static let interrupted = ExitCode(130)

    /// A sentence that ends a command.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private static let format = Mutex(LogFormat.text)

    /// From here on the last words have this format, as the lines of the daemon's log: whoever collects them reads one format.
    static func use(_ format: LogFormat) { Self.format.withLock { $0 = format } }

    static func report(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as MediaError {
            self.tell(error.message + self.reason(of: error), of: error)
            throw ExitCode(2)
        } catch let error as ExitCode {
            throw error
        } catch {
            self.tell("\(error)", of: nil)
            throw ExitCode(2)
        }
    }

    /// What the server said, in its own words: an administrator can look for them.
    private static func reason(of error: MediaError) -> String {
        guard let cause = error.cause as? PostgresError else { return "" }
        let state = cause.sqlState.map { " (SQLSTATE \($0))" } ?? ""
        let hint = cause.hint.map { " Hint: \($0)" } ?? ""
        return " PostgreSQL says: \(cause.message)\(state).\(hint)"
    }

    /// Words of a command that goes on, on standard error.
    static func say(_ message: String) { self.tell(message, of: nil) }

    /// The last words, below all that was logged before. Whatever was configured, no password is among them.
    private static func tell(_ message: String, of error: MediaError?) {
        ProcessLog.flush()
        let text = SecretText.redacted(message)
        guard Self.format.withLock(\.self) == .json else {
            try? FileHandle.standardError.write(contentsOf: Data("mediad: \(text)\n".utf8))
            return
        }
        let handler = JSONLogHandler(label: "mediad") { line in
            try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
        Logger(label: "mediad") { _ in handler }.critical(
            "\(text)",
            metadata: error.map { ["code": "\($0.code.rawValue)"] } ?? [:]
        )
    }
}
