import Glibc
import PostgresCluster

/// Where the daemon under test lies.
package enum DaemonBinary {
    /// The path in the environment variable MEDIAD_BINARY, else `mediad` beside the running test bundle.
    ///
    /// - Throws: ``ProcessFailure`` when there is none, saying how to build it.
    package static func path() throws -> String {
        if let configured = getenv("MEDIAD_BINARY") {
            let path = String(cString: configured)
            guard access(path, X_OK) == 0 else {
                throw ProcessFailure(message: "MEDIAD_BINARY names \(path), which cannot be executed")
            }
            return path
        }
        let bundle = FileOperations.linkTarget("/proc/self/exe") ?? ""
        let path = bundle.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/mediad"
        guard access(path, X_OK) == 0 else {
            throw ProcessFailure(message: "\(path) is missing: build it with \"swift build\", or set MEDIAD_BINARY")
        }
        return path
    }
}
