import CLinux
import Glibc
package import MediaCore

/// The identity of a storage root, in the file `identity` beside `files/`: 32 hex digits and a newline.
///
/// It is no part of the public tree, so a copy of `files/` alone has none.
package struct DiskTreeMark: TreeMark {
    /// The folder that holds `files/`, `staging/` and `renditions/`.
    let root: Descriptor
    let layout: StorageLayout
    let io: BlockingIO

    private static let name = "identity"
    private static let announcedName = "identity.new"

    package func identity() async throws(MediaError) -> TreeIdentity? { try await self.read(Self.name) }

    package func announced() async throws(MediaError) -> TreeIdentity? { try await self.read(Self.announcedName) }

    package func announce(_ identity: TreeIdentity) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            unlinkat(self.root.raw, Self.announcedName, 0)
            let file = try self.root.open(
                beneath: Self.announcedName,
                flags: O_WRONLY | O_CREAT | O_EXCL,
                mode: 0o644
            )
            let text = Array("\(identity)\n".utf8)
            guard pwrite(file.raw, text, text.count, 0) == text.count else { throw SystemCall.error("write", errno) }
            try file.synchronize()
            try self.root.synchronize()
        }
    }

    package func confirm() async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            try SystemCall.check("rename") {
                renameat(self.root.raw, Self.announcedName, self.root.raw, Self.name)
            }
            try self.root.synchronize()
        }
    }

    package func hasTraces() async throws(MediaError) -> Bool {
        try await self.io.run { () throws(MediaError) in
            if try !DirectoryListing.names(in: self.layout.renditions).isEmpty { return true }
            do throws(MediaError) {
                let uploads = try self.layout.staging.open(
                    beneath: DiskUploadStore.folderName,
                    flags: O_RDONLY | O_DIRECTORY
                )
                return try DirectoryListing.names(in: uploads).contains { UploadID($0) != nil }
            } catch  where error.code == .notFound {
                return false
            }
        }
    }

    /// - Returns: nil when the file is missing, and for one that a crash left empty: its name is given after its bytes.
    /// - Throws: `storage_unavailable` for a file that holds anything else.
    private func read(_ name: String) async throws(MediaError) -> TreeIdentity? {
        try await self.io.run { () throws(MediaError) in
            let file: Descriptor
            do throws(MediaError) {
                file = try self.root.open(beneath: name, flags: O_RDONLY | O_NONBLOCK)
            } catch  where error.code == .notFound {
                return nil
            }
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = try SystemCall.read(file.raw, into: &bytes, at: 0)
            let text = String(decoding: bytes.prefix(count), as: UTF8.self)
            if let identity = TreeIdentity(text.filter { !$0.isWhitespace }) { return identity }
            if name == Self.announcedName { return nil }
            throw MediaError(
                .storageUnavailable,
                """
                The file "\(name)" in the storage root does not hold an identity (32 hex digits). Restore it from a backup, \
                or remove it and run "mediad adopt-database".
                """
            )
        }
    }
}
