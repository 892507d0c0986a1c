import ArgumentParser
import Foundation
import MediaCore

/// How a command ends when it fails: one clear line on standard error, exit status 2 (1 is kept for findings).
enum CommandFailure {
    static func report(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as MediaError {
            FileHandle.standardError.write(Data("mediad: \(error.message)\n".utf8))
            throw ExitCode(2)
        } catch let error as ExitCode {
            throw error
        } catch {
            FileHandle.standardError.write(Data("mediad: \(error)\n".utf8))
            throw ExitCode(2)
        }
    }
}
