import CLinux
import Glibc
package import MediaCore

/// The claim of one daemon on a storage root: `daemon.lock`, locked (flock(2)) for as long as the process lives.
package final class RootLock: Sendable {
    private let descriptor: Descriptor

    /// - Parameter root: the storage root; made if missing.
    /// - Throws: ``MediaError`` `storage_unavailable` when another daemon holds the root, naming its process id.
    package init(root: String) throws(MediaError) {
        _ = try StorageLayout(root: root)
        let path = root + "/daemon.lock"
        self.descriptor = try Descriptor(
            checking: clinux_openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o644),
            "open"
        )
        guard flock(self.descriptor.raw, LOCK_EX | LOCK_NB) == 0 else {
            throw MediaError(
                .storageUnavailable,
                """
                Another mediad (process \(Self.holder(self.descriptor))) serves the storage root \(root). \
                One daemon serves a root; stop that one, or give this one another --storage-root.
                """
            )
        }
        let text = "\(getpid())\n"
        ftruncate(self.descriptor.raw, 0)
        text.withCString { _ = pwrite(self.descriptor.raw, $0, text.utf8.count, 0) }
    }

    private static func holder(_ descriptor: Descriptor) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor.raw, $0.baseAddress, $0.count, 0) }
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.filter(\.isNumber).isEmpty ? "unknown" : text.filter(\.isNumber)
    }
}
