import CLinux
import Glibc
package import MediaCore

/// Renditions, in `renditions/` of the storage root: `<first two hex digits>/<digest prefix>/<parameters>`, hence at most 256 folders
/// side by side on the first level.
package struct DiskRenditionStore: RenditionStore {
    /// `renditions/`.
    let root: Descriptor
    /// This process's staging folder, from which renditions are stored.
    let area: StagingArea
    let io: BlockingIO

    package func openRendition(_ key: RenditionKey) async throws(MediaError) -> Content? {
        try await self.io.run { () throws(MediaError) in
            do throws(MediaError) {
                let descriptor = try self.root.open(beneath: key.path, flags: O_RDONLY | O_NONBLOCK)
                let status = try descriptor.status()
                guard status.isRegularFile, status.st_size > 0 else { return nil }
                status.noteUse(of: descriptor.raw, at: .now())
                return Content(OpenFile(owning: descriptor, status))
            } catch  where error.code == .notFound {
                return nil
            }
        }
    }

    package func storeRendition(_ staged: String, as key: RenditionKey) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            // The folder may be removed between making and using it, by a deletion of the same bytes under another name.
            for attempt in 1...8 {
                guard let folder = try self.makeFolder(of: key.digest.prefix) else { continue }
                // The bytes were synchronised; the name need not be: a rendition that a power cut takes away is made again.
                if clinux_rename(self.area.folder.raw, staged, folder.raw, key.parameters, 0) == 0 { return }
                let code = errno
                guard code == ENOENT, attempt < 8 else { throw SystemCall.error("rename", code) }
            }
            throw MediaError(.storageUnavailable, "The thumbnail could not be stored: its folder keeps disappearing.")
        }
    }

    /// - Returns: nil when the folder was removed while it was being made.
    private func makeFolder(of prefix: String) throws(MediaError) -> Descriptor? {
        var folder = self.root
        for segment in [String(prefix.prefix(2)), prefix] {
            if mkdirat(folder.raw, segment, 0o755) < 0, errno != EEXIST { throw SystemCall.error("mkdir", errno) }
            do throws(MediaError) {
                folder = try folder.open(beneath: segment, flags: O_RDONLY | O_DIRECTORY)
            } catch  where error.code == .notFound {
                return nil
            }
        }
        return folder
    }

    package func removeRenditions(of digest: Digest) async throws(MediaError) {
        try await self.removeRenditions(prefix: digest.prefix)
    }

    package func removeRenditions(prefix: String) async throws(MediaError) {
        guard prefix.count == 32 else { return }
        try await self.io.run { () throws(MediaError) in
            let folder: Descriptor
            do throws(MediaError) {
                folder = try self.root.open(
                    beneath: Self.folder(of: prefix),
                    flags: O_RDONLY | O_DIRECTORY
                )
            } catch  where error.code == .notFound {
                return
            }
            for name in try DirectoryListing.names(in: folder) { unlinkat(folder.raw, name, 0) }
            unlinkat(self.root.raw, Self.folder(of: prefix), AT_REMOVEDIR)
        }
    }

    package func renditionPrefixes(beginning digits: String) async throws(MediaError) -> [String] {
        try await self.io.run { () throws(MediaError) in
            do throws(MediaError) {
                let folder = try self.root.open(beneath: digits, flags: O_RDONLY | O_DIRECTORY)
                return try DirectoryListing.names(in: folder).filter { $0.utf8.count == 32 }
            } catch  where error.code == .notFound {
                return []
            }
        }
    }

    package func bytes(_ range: Range<Int64>, of content: Content) async throws(MediaError) -> [UInt8] {
        try await self.io.bytes(range, of: content)
    }

    package func digest(of content: Content) async throws(MediaError) -> Digest {
        try await self.io.digest(of: content)
    }

    private static func folder(of prefix: String) -> String { "\(prefix.prefix(2))/\(prefix)" }
}
