import MediaCore
import MediaStorage
import MediaTesting
import NIOPosix

/// A store on a root.
func makeStore(_ root: TemporaryRoot) throws -> DiskStorage {
    try DiskStorage(layout: StorageLayout(root: root.path), io: BlockingIO(pool: .singleton))
}

/// The code of the `MediaError` that the body throws; nil when it throws none.
func code(_ body: () async throws(MediaError) -> Void) async -> MediaError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return error.code
    }
}

extension MediaPath {
    /// A path from a test, taken as it is.
    init(_ text: String) { self.init(trusted: text) }
}

extension DiskStorage {
    /// Stages, synchronises and publishes a small file.
    @discardableResult
    func put(_ text: String, at path: MediaPath, replacing: Bool = false) async throws(MediaError) -> FileVersion {
        let staged = try await self.staging.stage()
        try await staged.append(Array(text.utf8))
        let version = try await staged.synchronize()
        do {
            try await self.tree.publish(staged.name, owner: self.staging.owner, to: path, replacing: replacing)
        } catch {
            await staged.discard()
            throw error
        }
        return version
    }

    func text(at path: MediaPath) async throws(MediaError) -> String {
        String(decoding: OpenFileBytes.read(try await self.tree.open(path)), as: UTF8.self)
    }

    func allEntries(under folder: String? = nil) async throws -> [TreeEntry] {
        var entries: [TreeEntry] = []
        for try await entry in self.tree.entries(under: folder.map { MediaPath.Folder($0) }) { entries.append(entry) }
        return entries
    }
}

extension TreeEntry {
    /// The path, with `!` before what is foreign.
    var label: String {
        switch self {
        case .file(let path, _): path.text
        case .foreign(let path, _): "!" + path
        }
    }
}
