import ArgumentParser
import Foundation
import MediaCore

/// How a command ends when it fails: one clear line on standard error, exit status 2 (1 is kept for findings).
enum CommandFailure {
    /// As shells report a program that Ctrl-C ended: 128 and the signal's number.
    static let interrupted = ExitCode(130)

    static func report(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as MediaError {
            try? FileHandle.standardError.write(contentsOf: Data("mediad: \(error.message)\n".utf8))
            throw ExitCode(2)
        } catch let error as ExitCode {
            throw error
        } catch {
            try? FileHandle.standardError.write(contentsOf: Data("mediad: \(error)\n".utf8))
            throw ExitCode(2)
        }
    }
}
