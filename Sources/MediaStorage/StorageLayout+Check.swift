import CLinux
import Glibc
import SystemPackage

extension StorageLayout {
    /// Why a storage root cannot be used, before it is made; nil when nothing is seen. Changes nothing.
    ///
    /// - Parameter root: an absolute path.
    package static func obstacle(to root: String) -> String? {
        guard root.utf8.count < Int(PATH_MAX) - 64, root.split(separator: "/").allSatisfy({ $0.utf8.count <= 255 })
        else {
            return "it is longer than a path may be."
        }
        var status = stat()
        // What of the way is there already.
        var path = root
        while stat(path, &status) != 0 {
            let code = errno
            guard code == ENOENT, path != "/" else { return "\(path): \(Errno(rawValue: code))." }
            var link = stat()
            if lstat(path, &link) == 0 { return "\(path) is a symbolic link to nowhere." }
            let parent = path.split(separator: "/").dropLast().joined(separator: "/")
            path = "/\(parent)"
        }
        guard status.isDirectory else { return "\(path) is not a folder." }
        guard access(path, W_OK | X_OK) == 0 else {
            return "\(path): \(Errno(rawValue: errno)) (user \(geteuid()) must be able to write there)."
        }
        // Both let root "write", and take no folder (statfs(2)).
        if [0x9fa0, 0x6265_6572].contains(clinux_file_system_type(path)) {
            return "\(path) is a file system of the kernel, which keeps no files."
        }
        guard path == root else { return nil }
        for name in ["files", "staging", "renditions", "trash"] {
            var inner = stat()
            guard stat("\(root)/\(name)", &inner) == 0 else { continue }
            guard inner.isDirectory else { return "\(root)/\(name) is not a folder." }
            guard access("\(root)/\(name)", W_OK | X_OK) == 0 else {
                return "\(root)/\(name): \(Errno(rawValue: errno)) (user \(geteuid()) must be able to write there)."
            }
        }
        return nil
    }
}
