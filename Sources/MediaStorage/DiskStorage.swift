package import MediaCore

/// The storage root on a Linux file system, as its parts: one object for each storage port, over the same open folders.
///
/// This module alone touches the tree. Every path below the root is resolved by the kernel with
/// `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS` (openat2(2), Linux 5.6): no name, link or race leads out of the tree.
///
///     let storage = try DiskStorage(layout: StorageLayout(root: "/srv/media"), io: BlockingIO(pool: pool))
///     let content = try await storage.tree.open(path)
///     …
///     try await storage.close()
package struct DiskStorage: StorageHealth {
    /// `staging/`: files that are being written.
    package let staging: DiskStaging
    /// `files/`: the public tree.
    package let tree: DiskFileTree
    /// `renditions/`: what is made from files.
    package let renditions: DiskRenditionStore
    /// `trash/`: deleted files.
    package let trash: DiskTrash
    /// `identity`: which database the root belongs to.
    package let mark: DiskTreeMark

    let layout: StorageLayout
    let io: BlockingIO
    let area: StagingArea

    /// Makes this process's staging folder.
    ///
    /// - Parameters:
    ///   - layout: the folders of the root, open.
    ///   - io: where the system calls run.
    ///   - reserve: what uploads leave free of the disk; nil: a hundredth of it, at most 1 GiB.
    /// - Throws: ``MediaError`` `storage_full`, `storage_unavailable`.
    package init(
        layout: StorageLayout,
        io: BlockingIO,
        reserve: ByteCount? = ByteCount(bytes: 0)
    ) throws(MediaError) {
        self.layout = layout
        self.io = io
        self.area = try StagingArea(in: layout.staging, reserve: reserve, now: Timestamp.now())
        self.staging = DiskStaging(folder: layout.staging, area: self.area, io: io)
        self.tree = DiskFileTree(files: layout.files, staging: layout.staging, io: io)
        self.trash = DiskTrash(tree: self.tree, folder: layout.trash, io: io)
        self.renditions = DiskRenditionStore(root: layout.renditions, area: self.area, io: io)
        self.mark = DiskTreeMark(root: layout.root, layout: layout, io: io)
    }

    package func probe() async throws(MediaError) {
        let staged = try await self.staging.stage()
        do {
            try await staged.append(Array("probe".utf8))
            _ = try await staged.synchronize()
        } catch {
            await staged.discard()
            throw error
        }
        await staged.discard()
        _ = try await self.io.run { () throws(MediaError) in try self.layout.files.status() }
    }

    /// Removes this process's folder in `staging/`. Nothing may be staged afterwards.
    ///
    /// - Throws: ``MediaError`` `storage_unavailable`.
    package func close() async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in try self.area.close(in: self.layout.staging) }
    }
}
