import Glibc
import MediaCore
import MediaTesting
import NIOPosix
import Testing

@testable import MediaStorage

@Suite("The storage as it is tried at the start (F1)")
struct RenameTrialTests {
    private func refusal(_ root: TemporaryRoot, _ collections: [String]) async throws -> String? {
        let store = try makeStore(root)
        do throws(MediaError) {
            try await store.tryRenames(collections: collections)
            return nil
        } catch {
            #expect(error.code == .storageUnavailable)
            return error.message
        }
    }

    @Test("is taken when a file can be moved into each collection; nothing of the trial stays")
    func good() async throws {
        let root = try TemporaryRoot()
        _ = try StorageLayout(root: root.path)
        mkdir(root.path + "/files/posters", 0o755)
        #expect(try await self.refusal(root, ["posters", "videos"]) == nil)
        // What a crash left is used again.
        close(open(root.path + "/files/posters/.mediad-rename-trial", O_CREAT | O_WRONLY, 0o600))
        #expect(try await self.refusal(root, ["posters"]) == nil)
        #expect(root.tree("files").allSatisfy { !$0.contains("trial") })
    }

    @Test("is refused when a collection is a symbolic link, wherever it leads, or no folder")
    func links() async throws {
        for target in ["/tmp", "documents", "/nonexistent"] {
            let root = try TemporaryRoot()
            _ = try StorageLayout(root: root.path)
            mkdir(root.path + "/files/documents", 0o755)
            symlink(target, root.path + "/files/posters")
            let message = try #require(try await self.refusal(root, ["documents", "posters"]))
            #expect(message.contains("files/posters") && message.contains("symbolic link"))
        }
        let root = try TemporaryRoot()
        _ = try StorageLayout(root: root.path)
        close(open(root.path + "/files/posters", O_CREAT | O_WRONLY, 0o600))
        #expect(try await self.refusal(root, ["posters"])?.contains("is not a folder") == true)
    }

    @Test(
        "is refused when staging or a collection is another mount, also of the same disk",
        .enabled(if: TestMounts.canMount, "needs root and CAP_SYS_ADMIN to mount"),
        arguments: ["staging", "files/posters", "renditions"]
    )
    func mounts(_ place: String) async throws {
        let (root, other) = (try TemporaryRoot(), try TemporaryRoot())
        _ = try StorageLayout(root: root.path)
        mkdir(root.path + "/files/posters", 0o755)
        let point = "\(root.path)/\(place)"
        // The same device number, and yet nothing can be moved from one to the other.
        guard mount(other.path, point, nil, UInt(MS_BIND), nil) == 0 else {
            throw TestMounts.Failure(operation: "mount", code: errno)
        }
        defer { umount2(point, Int32(MNT_DETACH)) }
        let message = try #require(try await self.refusal(root, ["posters"]))
        #expect(message.contains("another mount of the same disk"), "\(message)")
        if place != "staging" { #expect(message.contains(place)) }
    }

    @Test("A file that cannot be moved to another mount at run time is no missing file")
    func crossDevice() {
        #expect(SystemCall.error("rename", EXDEV).code == .storageUnavailable)
        #expect(SystemCall.error("open", EXDEV).code == .notFound)
    }

    @Test("Where RENAME_NOREPLACE is not known, a link takes its place: it replaces nothing, and the old name is gone")
    func link() throws {
        let root = try TemporaryRoot()
        let layout = try StorageLayout(root: root.path)
        for name in ["a", "b"] { close(open("\(root.path)/staging/\(name)", O_CREAT | O_WRONLY, 0o600)) }
        #expect(Publishing.link("a", of: layout.staging, to: "x", in: layout.files) == 0)
        #expect(Publishing.link("b", of: layout.staging, to: "x", in: layout.files) == EEXIST)
        #expect(Publishing.link("c", of: layout.staging, to: "y", in: layout.files) == ENOENT)
        #expect(root.tree("files") == ["x"] && root.tree("staging") == ["b"])
        #expect(Publishing.move("b", of: layout.staging, to: "x", in: layout.files, replacing: false) == EEXIST)
        #expect(Publishing.move("b", of: layout.staging, to: "x", in: layout.files, replacing: true) == 0)
    }
}
