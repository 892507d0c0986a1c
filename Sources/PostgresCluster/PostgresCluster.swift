import Logging
import Synchronization

/// The embedded PostgreSQL of one storage root, as this process sees it: as its supervisor or as a guest.
///
/// At most one process supervises a root. It starts the server, keeps it running (``run()``) and stops it (``close()``).
/// A maintenance command that finds a supervisor at work is a guest: it only connects.
package final class PostgresCluster: Sendable {
    /// Why the database is needed.
    package enum Purpose: String, Sendable {
        /// A daemon: only one per storage root.
        case daemon
        /// A command that runs once, alone or beside a daemon.
        case maintenance
    }

    /// What this process is to the server.
    package enum Role: Sendable {
        /// This process started the server and will stop it.
        case supervisor
        /// Another process runs the server.
        case guest
    }

    struct State {
        var postmaster: Postmaster?
        var isSupervising = false
    }

    /// What this process is to the server.
    package let role: Role
    /// libpq conninfo of the database `mediad`, valid for this process's user.
    package let connectionString: String

    let purpose: Purpose
    let logger: Logger
    let server: EmbeddedServer?
    let state = Mutex(State())
    let closing = Latch<Void>()
    let supervisionEnded = Latch<Void>()

    init(purpose: Purpose, socketDirectory: String, server: EmbeddedServer?, logger: Logger) {
        self.role = server == nil ? .guest : .supervisor
        self.purpose = purpose
        self.connectionString = ConnectionString.make(socketDirectory: socketDirectory, database: AccessRules.role)
        self.server = server
        self.logger = logger
    }

    /// The server's process id while this process supervises one that runs.
    package var processID: Int32? {
        state.withLock { $0.postmaster }.flatMap { $0.ending == nil ? $0.processID : nil }
    }

    /// Stops the server when this process supervises it, and gives up the supervision; a guest has nothing to stop.
    ///
    /// A daemon ends the remaining sessions ("fast"). A maintenance command first lets other guests finish ("smart"), for
    /// at most the stop timeout. Runs to its end also when the calling task is cancelled; calling it again does nothing.
    package func close() async throws {
        closing.set(())
        guard let server else { return }
        let mode: Postmaster.Shutdown = purpose == .daemon ? .fast : .smart
        await Task {
            let patience = server.configuration.stopTimeout
            await state.withLock { $0.postmaster }?.stop(mode, patience: patience)
            // A restart that was under way may start another server before it sees `closing`.
            while state.withLock({ $0.isSupervising }), await supervisionEnded.wait(atMost: .milliseconds(200)) == nil {
                await state.withLock { $0.postmaster }?.stop(.fast, patience: patience)
            }
            await state.withLock { $0.postmaster }?.stop(.fast, patience: patience)
            state.withLock { $0.postmaster = nil }
            server.leave()
        }.value
    }
}
