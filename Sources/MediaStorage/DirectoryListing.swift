import CLinux
import Glibc
import MediaCore

/// Reading directories.
enum DirectoryListing {
    /// The names in a folder but `.` and `..`, sorted by their bytes. Holds one folder's names in memory.
    static func names(in folder: Descriptor) throws(MediaError) -> [String] {
        // A descriptor of its own: readdir moves the offset that a duplicate would share.
        let raw = clinux_openat(folder.raw, ".", O_RDONLY | O_DIRECTORY, 0)
        guard raw >= 0 else { throw SystemCall.error("open", errno) }
        guard let stream = fdopendir(raw) else {
            close(raw)
            throw SystemCall.error("fdopendir", errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemCall.error("readdir", errno) }
                break
            }
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                // Not every file name is UTF-8; a repaired one no longer opens, and is then reported as foreign.
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
