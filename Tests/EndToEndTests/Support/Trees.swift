import FoundationEssentials
import Glibc
import MediaTesting
import Testing

/// What lies on the disk of a storage root, seen past the daemon.
extension DaemonSite {
    /// Paths of everything below `files/` that is no folder, sorted.
    var filesInTree: [String] { Self.leaves(of: "\(root)/files") }

    /// Paths of everything below `staging/` that is no folder.
    var filesInStaging: [String] { Self.leaves(of: "\(root)/staging") }

    /// The bytes at a path of the tree.
    func bytesInTree(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(root)/files/\(path)")))
    }

    /// The absolute path of a path of the tree.
    func place(_ path: String) -> String { "\(root)/files/\(path)" }

    /// Checks that a record's file lies in the tree, byte for byte what it says.
    func expectInTree(_ record: Record, sourceLocation: SourceLocation = #_sourceLocation) {
        let bytes = try? bytesInTree(record.path)
        #expect(bytes?.count == record.size, "\(record.path)", sourceLocation: sourceLocation)
        #expect(bytes.map(Samples.sha256) == record.sha256, "\(record.path)", sourceLocation: sourceLocation)
    }

    private static func leaves(of folder: String) -> [String] {
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else { return [] }
        return names.filter { name in
            var information = stat()
            guard lstat("\(folder)/\(name)", &information) == 0 else { return false }
            return information.st_mode & S_IFMT != S_IFDIR
        }.sorted()
    }
}

/// Cuts a file, as somebody with an editor or a broken disk would; false when that fails.
func truncateFile(_ path: String, to length: Int) -> Bool { truncate(path, off_t(length)) == 0 }

/// Turns one bit of a file and leaves its times as they were, as a rotting disk would; false when that fails.
func flipBit(in path: String, at offset: Int) -> Bool {
    var information = stat()
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var byte: UInt8 = 0
    guard fstat(descriptor, &information) == 0, pread(descriptor, &byte, 1, off_t(offset)) == 1 else { return false }
    byte ^= 1
    guard pwrite(descriptor, &byte, 1, off_t(offset)) == 1 else { return false }
    return futimens(descriptor, [information.st_atim, information.st_mtim]) == 0
}
