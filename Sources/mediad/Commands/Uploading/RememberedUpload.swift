import Foundation
import Glibc
import MediaCore

/// One unfinished upload as it is remembered on disk. Locked (flock(2)) while this lives, whatever way the process ends.
final class RememberedUpload: Sendable {
    /// What the file holds, as JSON.
    struct Note: Codable, Hashable, Sendable {
        /// The upload's own address.
        var upload: String
        /// The file being sent; for people who look.
        var file: String
    }

    private let descriptor: Int32
    private let path: String
    private let folder: String

    /// - Parameter descriptor: open for reading and writing; closed with this.
    init(descriptor: Int32, path: String, folder: String) {
        self.descriptor = descriptor
        self.path = path
        self.folder = folder
    }

    deinit { close(self.descriptor) }

    /// Nil when there is nothing, or what a crash left cannot be read.
    func read() -> Note? {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = bytes.withUnsafeMutableBytes { pread(self.descriptor, $0.baseAddress, $0.count, 0) }
        return try? JSONDecoder().decode(Note.self, from: Data(bytes.prefix(max(0, count))))
    }

    /// Durable when this returns: the file, and its name in the folder.
    /// - Throws: `storage_unavailable` when it cannot be written.
    func write(_ note: Note) throws(MediaError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(note) else { return }
        let isWritten =
            ftruncate(self.descriptor, 0) == 0
            && data.withUnsafeBytes { pwrite(self.descriptor, $0.baseAddress, $0.count, 0) == $0.count }
            && fsync(self.descriptor) == 0 && self.syncFolder()
        guard isWritten else {
            throw MediaError(
                .storageUnavailable,
                "\(self.path) cannot be written: \(String(cString: strerror(errno)))."
            )
        }
    }

    /// Whether there is an upload to go on with, in a file that others will find.
    var isKept: Bool {
        var status = stat()
        return fstat(self.descriptor, &status) == 0 && status.st_nlink > 0 && self.read() != nil
    }

    /// Removes the file: the upload is over. Nothing can be written afterwards.
    func forget() { unlink(self.path) }

    private func syncFolder() -> Bool {
        let folder = open(self.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        return fsync(folder) == 0
    }
}
