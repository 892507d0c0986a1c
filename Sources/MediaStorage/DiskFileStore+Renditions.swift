import CLinux
import Glibc
package import MediaCore

/// `renditions/<first two hex digits>/<digest prefix>/<parameters>`: at most 256 folders side by side on the first level.
extension DiskFileStore {
    package func openRendition(_ key: RenditionKey) async throws(MediaError) -> OpenFile? {
        try await self.io.run { () throws(MediaError) in
            do throws(MediaError) {
                let path = "\(Self.folder(of: key.digest.prefix))/\(key.parameters)"
                let descriptor = try self.layout.renditions.open(beneath: path, flags: O_RDONLY | O_NONBLOCK)
                guard try descriptor.status().isRegularFile, try descriptor.status().st_size > 0 else { return nil }
                return try OpenFile(owning: descriptor)
            } catch  where error.code == .notFound {
                return nil
            }
        }
    }

    package func storeRendition(_ staged: String, as key: RenditionKey) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            var folder = self.layout.renditions
            for segment in [String(key.digest.prefix.prefix(2)), key.digest.prefix] {
                if mkdirat(folder.raw, segment, 0o755) < 0, errno != EEXIST { throw SystemCall.error("mkdir", errno) }
                folder = try folder.open(beneath: segment, flags: O_RDONLY | O_DIRECTORY)
            }
            // The bytes were synchronised; the name need not be: a rendition that a power cut takes away is made again.
            guard clinux_rename(self.area.folder.raw, staged, folder.raw, key.parameters, 0) == 0 else {
                throw SystemCall.error("rename", errno)
            }
        }
    }

    package func removeRenditions(of digest: Digest) async throws(MediaError) {
        try await self.removeRenditions(prefix: digest.prefix)
    }

    package func removeRenditions(prefix: String) async throws(MediaError) {
        guard prefix.count == 32 else { return }
        try await self.io.run { () throws(MediaError) in
            let folder: Descriptor
            do throws(MediaError) {
                folder = try self.layout.renditions.open(
                    beneath: Self.folder(of: prefix),
                    flags: O_RDONLY | O_DIRECTORY
                )
            } catch  where error.code == .notFound {
                return
            }
            for name in try DirectoryListing.names(in: folder) { unlinkat(folder.raw, name, 0) }
            unlinkat(self.layout.renditions.raw, Self.folder(of: prefix), AT_REMOVEDIR)
        }
    }

    package func renditionPrefixes() async throws(MediaError) -> [String] {
        try await self.io.run { () throws(MediaError) in
            var prefixes: [String] = []
            for first in try DirectoryListing.names(in: self.layout.renditions) where first.count == 2 {
                do throws(MediaError) {
                    let folder = try self.layout.renditions.open(beneath: first, flags: O_RDONLY | O_DIRECTORY)
                    prefixes += try DirectoryListing.names(in: folder)
                } catch  where error.code == .notFound {
                    // Removed meanwhile, or not one of ours.
                    continue
                }
            }
            return prefixes
        }
    }

    private static func folder(of prefix: String) -> String { "\(prefix.prefix(2))/\(prefix)" }
}
