import Foundation
import Glibc
import SystemPackage

/// One unfinished upload as it is remembered on disk. Locked (flock(2)) while this lives, whatever way the process ends.
final class ResumptionEntry: Sendable {
    /// What the file holds, as JSON.
    struct Note: Codable, Hashable, Sendable {
        /// The upload's own URL.
        var upload: String
        /// The file being sent; for people who look.
        var file: String
    }

    private let descriptor: FileDescriptor
    private let path: FilePath
    private let folder: FilePath

    /// - Parameter descriptor: open for reading and writing; closed with this.
    init(descriptor: FileDescriptor, path: FilePath, folder: FilePath) {
        self.descriptor = descriptor
        self.path = path
        self.folder = folder
    }

    deinit { try? self.descriptor.close() }

    /// Nil when there is nothing, or what a crash left cannot be read.
    func read() -> Note? {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = try? bytes.withUnsafeMutableBytes { try self.descriptor.read(fromAbsoluteOffset: 0, into: $0) }
        return try? JSONDecoder().decode(Note.self, from: Data(bytes.prefix(count ?? 0)))
    }

    /// Durable when this returns: the file, and its name in the folder.
    /// - Throws: `notResumable` when it cannot be written.
    func write(_ note: Note) throws(UploadClientError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(note) else { return }
        do {
            try self.descriptor.resize(to: 0)
            try self.descriptor.writeAll(toAbsoluteOffset: 0, data)
            try Self.sync(self.descriptor)
            let folder = try FileDescriptor.open(self.folder, .readOnly, options: [.directory, .closeOnExec])
            try folder.closeAfter { try Self.sync(folder) }
        } catch {
            throw UploadClientError(.notResumable, "\(self.path) cannot be written: \(error).")
        }
    }

    /// Whether there is an upload to go on with, in a file that others will find.
    var isKept: Bool {
        guard let status = try? self.descriptor.stat() else { return false }
        return status.linkCount > 0 && self.read() != nil
    }

    /// Removes the file: the upload is over. Nothing can be written afterwards.
    func forget() { unlink(self.path.string) }

    /// fsync(2).
    private static func sync(_ descriptor: FileDescriptor) throws(Errno) {
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
}
