import Glibc
import Subprocess
import SystemPackage

extension ServerAccount {
    /// A program and how to start it as this account.
    struct Command: Sendable {
        let executable: Executable
        let arguments: Arguments
        let options: PlatformOptions
    }

    /// How to start a program as this account, in a session of its own, so that a terminal's Ctrl-C passes it by.
    ///
    /// The account is changed by setpriv(1), which then becomes the program and keeps the process id. Subprocess's own
    /// `userID` would call setgroups(3) and setuid(3) between clone3(2) and exec; glibc makes these wait for the process's
    /// other threads, which the child does not have, and now and then the child hangs for ever (seen here with 1.0.2; its
    /// issue 374 describes the same for `signal`). Without `userID` it uses posix_spawn(3), which has no such gap.
    ///
    /// - Throws: ``PostgresClusterError`` with code `toolFailed` when setpriv is missing.
    func command(_ executable: String, _ arguments: [String]) throws -> Command {
        var options = PlatformOptions()
        options.createSession = true
        // For a tool that is cancelled: it and its helpers share the session's process group.
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        guard needsSwitch else {
            return Command(
                executable: .path(FilePath(executable)),
                arguments: Arguments(arguments),
                options: options
            )
        }
        let places = ["/usr/bin/setpriv", "/bin/setpriv"]
        guard let setpriv = places.first(where: { access($0, X_OK) == 0 }) else {
            throw PostgresClusterError(
                .toolFailed,
                "setpriv, which starts PostgreSQL as \(name), is missing; install util-linux, or run as another user than root"
            )
        }
        let switching = [
            "--reuid=\(userID)", "--regid=\(groupID)", "--groups=\(groups.map(String.init).joined(separator: ","))",
            "--inh-caps=-all", "--no-new-privs", "--",
        ]
        return Command(
            executable: .path(FilePath(setpriv)),
            arguments: Arguments(switching + [executable] + arguments),
            options: options
        )
    }
}
