import ArgumentParser
import Foundation
import MediaCore
import Postgres
import ServiceSupport

/// How a command ends when it fails: one clear line on standard error, exit status 2 (1 is kept for findings).
enum CommandFailure {
    /// As shells report a program that Ctrl-C ended: 128 and the signal's number.
    static let interrupted = ExitCode(130)

    /// A sentence that ends a command.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    static func report(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as MediaError {
            self.tell(error.message + self.reason(of: error))
            throw ExitCode(2)
        } catch let error as ExitCode {
            throw error
        } catch {
            self.tell("\(error)")
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

    /// The last words, below all that was logged before.
    private static func tell(_ message: String) {
        ProcessLog.flush()
        try? FileHandle.standardError.write(contentsOf: Data("mediad: \(message)\n".utf8))
    }
}
