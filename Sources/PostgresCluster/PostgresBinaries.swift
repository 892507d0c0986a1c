import FoundationEssentials
import Glibc

/// The directory with the server programs of one installed PostgreSQL, and its major version.
package struct PostgresBinaries: Sendable, Equatable {
    /// Absolute directory that holds `postgres` and `initdb`.
    package let directory: String
    /// The major version, such as 15.
    package let majorVersion: Int

    /// The oldest major version the catalog's SQL is written for.
    package static let oldestSupported = 14

    /// Finds the server programs to use.
    ///
    /// - Parameters:
    ///   - configured: A directory the operator named: then only this one is looked at.
    ///   - required: The major version of an existing data directory; nil when a new cluster is made.
    ///   - searchRoots: Where distributions keep one directory per version.
    /// - Returns: The installation that matches `required`, else the newest.
    /// - Throws: ``PostgresClusterError`` with code `binariesNotFound` or `versionMismatch`.
    package static func find(
        configured: String?,
        required: Int?,
        searchRoots: [String] = ["/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql"]
    ) async throws -> PostgresBinaries {
        var found: [PostgresBinaries] = []
        let candidates = configured.map { [$0] } ?? installedDirectories(below: searchRoots)
        for directory in candidates {
            if let version = try await version(in: directory) {
                found.append(PostgresBinaries(directory: directory, majorVersion: version))
            }
        }
        guard let newest = found.max(by: { $0.majorVersion < $1.majorVersion }) else {
            let place = configured.map { "in \($0)" } ?? "below \(searchRoots.joined(separator: ", ")) or on PATH"
            throw PostgresClusterError(
                .binariesNotFound,
                "no PostgreSQL server (postgres, initdb) was found \(place); install one (Debian: apt install postgresql) "
                    + "or configure the URL of a running database"
            )
        }
        if let required {
            if let match = found.first(where: { $0.majorVersion == required }) { return match }
            let versions = found.map { "\($0.majorVersion) (\($0.directory))" }.joined(separator: ", ")
            throw PostgresClusterError(
                .versionMismatch,
                "the database files were made by PostgreSQL \(required), but only \(versions) is installed; "
                    + "install PostgreSQL \(required), and to move on to the newer version beside it, run \"mediad database upgrade\""
            )
        }
        guard newest.majorVersion >= oldestSupported else {
            throw PostgresClusterError(
                .versionMismatch,
                "PostgreSQL \(newest.majorVersion) in \(newest.directory) is too old; \(oldestSupported) or newer is needed"
            )
        }
        return newest
    }

    /// The absolute path of one program.
    package func path(of program: String) -> String {
        "\(directory)/\(program)"
    }

    /// The major version in a data directory's `PG_VERSION`, nil when there is none.
    package static func majorVersion(ofDataDirectory directory: String) -> Int? {
        guard let text = try? FileOperations.read("\(directory)/PG_VERSION", limit: 64) else { return nil }
        return Int(text.trimmingPrefix { $0.isWhitespace }.prefix { $0.isNumber })
    }

    private static func installedDirectories(below roots: [String]) -> [String] {
        var directories: [String] = []
        for root in roots {
            directories.append("\(root)/bin")
            for name in FileOperations.names(in: root) { directories.append("\(root)/\(name)/bin") }
            // Red Hat keeps versions side by side: /usr/pgsql-16/bin.
            let parent = root.split(separator: "/").dropLast().joined(separator: "/")
            let last = root.split(separator: "/").last.map(String.init) ?? ""
            for name in FileOperations.names(in: "/\(parent)") where name.hasPrefix("\(last)-") {
                directories.append("/\(parent)/\(name)/bin")
            }
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        directories += path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        return directories.filter { access("\($0)/postgres", X_OK) == 0 && access("\($0)/initdb", X_OK) == 0 }
    }

    /// Asks `postgres --version`, which prints "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)".
    private static func version(in directory: String) async throws -> Int? {
        let program = "\(directory)/postgres"
        guard access(program, X_OK) == 0, access("\(directory)/initdb", X_OK) == 0 else { return nil }
        let outcome = try await ServerTool.run(program, ["--version"], as: nil, timeout: .seconds(10))
        guard outcome.succeeded, let mark = outcome.output.firstIndex(of: ")") else { return nil }
        return Int(outcome.output[mark...].drop { !$0.isNumber }.prefix { $0.isNumber })
    }
}
