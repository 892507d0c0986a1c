import Credentials
import Foundation
import NIOPosix

/// A JSON Web Key Set in a file.
struct KeySetFile: Sendable {
    let path: String
    /// Threads for reading.
    let pool: NIOThreadPool

    /// How often it is looked at.
    static let interval = Duration.seconds(1)

    /// The bytes, one more than is allowed at most.
    func read() async throws -> [UInt8] {
        let path = self.path
        return try await self.pool.runIfActive {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            return Array(try file.read(upToCount: KeySet.maximumLengthBytes + 1) ?? Data())
        }
    }
}
