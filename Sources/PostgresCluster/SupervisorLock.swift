import Glibc
import Synchronization

/// The right to start and stop the server of one directory: flock(2) on `supervisor.lock`.
///
/// The kernel gives the lock back however its holder ends, kill -9 included. The file's text only serves messages.
package final class SupervisorLock: Sendable {
    /// Who holds a lock, as far as the file tells.
    package struct Holder: Sendable, Equatable {
        /// The process id.
        package let processID: Int32
        /// Why it runs the server; nil when the text is unknown.
        package let purpose: PostgresCluster.Purpose?
        /// The command, such as "mediad serve".
        package let command: String
    }

    private let descriptor: Mutex<Int32>

    private init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// Takes the lock of a directory without waiting; nil when somebody else has it.
    ///
    /// - Throws: ``PostgresClusterError`` with code `account` when the file belongs to another user, else `fileSystem`.
    package static func acquire(in directory: String, purpose: PostgresCluster.Purpose) throws -> SupervisorLock? {
        let path = path(in: directory)
        // 0600: whoever may open the file could hold the lock and keep the daemon from starting.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            if errno == EACCES {
                throw PostgresClusterError(
                    .account,
                    "this user may not use the database in \(directory); run the command as the daemon's user, or as root"
                )
            }
            throw FileOperations.failure("open", path)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            defer { close(descriptor) }
            if number == EWOULDBLOCK { return nil }
            throw FileOperations.failure("lock", path)
        }
        let lock = SupervisorLock(descriptor: descriptor)
        let text = Array("pid \(getpid())\npurpose \(purpose.rawValue)\ncommand \(currentCommand)\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            throw FileOperations.failure("write", path)
        }
        return lock
    }

    /// Who holds the lock of a directory; nil when the text is missing or names a process that is gone.
    package static func holder(in directory: String) -> Holder? {
        guard let text = try? FileOperations.read(path(in: directory), limit: 4096) else { return nil }
        var fields: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        guard let processID = fields["pid"].flatMap({ Int32($0) }), ServerProcesses.isAlive(processID) else {
            return nil
        }
        return Holder(
            processID: processID,
            purpose: fields["purpose"].flatMap { PostgresCluster.Purpose(rawValue: String($0)) },
            command: fields["command"].map(String.init) ?? "unknown command"
        )
    }

    /// Gives the lock back; calling it again does nothing.
    package func release() {
        let descriptor = descriptor.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor
        }
        guard descriptor >= 0 else { return }
        ftruncate(descriptor, 0)
        // Not left to the closing of the descriptor: a child process that is being started may still have a copy of it.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func path(in directory: String) -> String {
        "\(directory)/supervisor.lock"
    }

    /// Program name and subcommand only: the other arguments may hold a password.
    private static var currentCommand: String {
        let arguments = CommandLine.arguments
        let program = arguments.first?.split(separator: "/").last.map(String.init) ?? "unknown"
        let subcommand = arguments.dropFirst().first.flatMap { $0.hasPrefix("-") ? nil : $0 }
        return ([program] + [subcommand].compactMap { $0 }).joined(separator: " ")
    }
}
