import CLinux
import Glibc
package import MediaCore
import Synchronization

extension DiskFileTree {
    package func entries(under folder: MediaPath.Folder?) -> AsyncThrowingStream<TreeEntry, any Error> {
        let walker = TreeWalker(files: self.files, start: folder?.text)
        return AsyncThrowingStream {
            try await self.io.run { () throws(MediaError) in try walker.next() }
        }
    }
}

/// Walks a tree depth first. Holds the names of the folders between the root and the present one.
private final class TreeWalker: Sendable {
    private let files: Descriptor
    private let state: Mutex<State>

    private struct State {
        var pending: [Level]
    }

    private struct Level {
        var path: String
        var names: [String]
        var position = 0
    }

    init(files: Descriptor, start: String?) {
        self.files = files
        self.state = Mutex(
            State(pending: [Level(path: "", names: start.map { [$0] } ?? [], position: start == nil ? -1 : 0)])
        )
    }

    /// The next file or foreign entry; nil at the end.
    func next() throws(MediaError) -> TreeEntry? {
        // Pulled by one consumer, so the lock is free; it makes the class Sendable without a proof.
        let outcome = self.state.withLock { state -> Result<TreeEntry?, MediaError> in
            do throws(MediaError) {
                return .success(try self.advance(&state))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private func advance(_ state: inout State) throws(MediaError) -> TreeEntry? {
        while var level = state.pending.popLast() {
            if level.position < 0 {
                level.names = try DirectoryListing.names(in: self.files)
                level.position = 0
            }
            guard level.position < level.names.count else { continue }
            let name = level.names[level.position]
            level.position += 1
            let path = level.path.isEmpty ? name : level.path + "/" + name
            state.pending.append(level)
            switch try self.examine(name, in: level.path) {
            case .folder(let names): state.pending.append(Level(path: path, names: names))
            case .entry(let entry): return entry
            case .gone: continue
            }
        }
        return nil
    }

    private enum Finding {
        case folder([String])
        case entry(TreeEntry)
        case gone
    }

    private func examine(_ name: String, in parent: String) throws(MediaError) -> Finding {
        var status = stat()
        let path = parent.isEmpty ? name : "\(parent)/\(name)"
        let folder: Descriptor
        do throws(MediaError) {
            folder = parent.isEmpty ? self.files : try self.files.open(beneath: parent, flags: O_RDONLY | O_DIRECTORY)
        } catch  where error.code == .notFound {
            return .gone
        }
        guard fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            // A name that is not UTF-8 was repaired to be shown, and under that name there is nothing.
            if errno == ENOENT, !name.unicodeScalars.contains("\u{FFFD}") { return .gone }
            return .entry(.foreign(path: path, reason: errno == ENOENT ? "a name that is not UTF-8" : "cannot be read"))
        }
        if status.isDirectory {
            do throws(MediaError) {
                let opened = try folder.open(beneath: name, flags: O_RDONLY | O_DIRECTORY)
                return .folder(try DirectoryListing.names(in: opened))
            } catch {
                return error.code == .notFound
                    ? .gone : .entry(.foreign(path: path, reason: "a folder that cannot be read"))
            }
        }
        guard status.isRegularFile else {
            let kind = status.st_mode & S_IFMT == S_IFLNK ? "a symbolic link" : "not a regular file"
            return .entry(.foreign(path: path, reason: kind))
        }
        do {
            return .entry(.file(try MediaPath(validating: path), FileIdentity(status)))
        } catch {
            return .entry(.foreign(path: path, reason: error.message))
        }
    }
}
