import Glibc
import PostgresCluster

extension TemporaryRoot {
    /// What lies at a place.
    package enum Kind: Sendable, Hashable {
        /// A regular file.
        case file
        /// A directory.
        case folder
        /// A symbolic link, wherever it leads.
        case link
        /// Anything else, such as a named pipe.
        case other
    }

    /// What lies at a place; nil for nothing. Links are not followed.
    package func kind(_ relative: String) -> Kind? {
        var status = stat()
        guard lstat(self.absolute(relative), &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        default: return .other
        }
    }

    /// The names in a folder, sorted; empty when there is none.
    package func names(in relative: String) -> [String] { FileOperations.names(in: self.absolute(relative)).sorted() }

    /// All that is no folder below a folder, sorted, relative to it.
    package func tree(_ relative: String) -> [String] {
        self.names(in: relative).flatMap { name in
            self.kind("\(relative)/\(name)") == .folder
                ? self.tree("\(relative)/\(name)").map { "\(name)/\($0)" } : [name]
        }.sorted()
    }

    /// Permission bits.
    package func permissions(_ relative: String) -> UInt32? {
        FileOperations.status(self.absolute(relative))?.permissions
    }
}
