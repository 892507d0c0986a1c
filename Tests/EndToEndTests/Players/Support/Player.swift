import Glibc
import MediaTesting
import Testing

/// Programs of others that read over HTTP, unchanged, as Debian has them.
enum Player {
    /// Runs one to its end.
    ///
    /// - Parameter isUnprivileged: runs it as `nobody` when the tests run as root: VLC refuses to be root.
    static func run(
        _ program: String,
        _ arguments: [String],
        directory: String = "/",
        isUnprivileged: Bool = false,
        within patience: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ChildProcess.Outcome {
        let isThere = ["/usr/local/bin", "/usr/bin", "/bin"].contains { access("\($0)/\(program)", X_OK) == 0 }
        try #require(isThere, "\(program) is missing: run scripts/install-deps --test", sourceLocation: sourceLocation)
        var words = [program] + arguments
        if isUnprivileged, geteuid() == 0 {
            // Changing the user clears the order to die with the test process (prctl(2), PR_SET_PDEATHSIG).
            words =
                ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig=KILL", "--"] + words
        }
        return try await ChildProcess.run(
            .init(words.removeFirst(), words, environment: ["HOME": directory], directory: directory),
            within: patience
        )
    }
}

/// A film on a daemon, with a relay in between that sees what players ask and get.
struct Screening: Sendable {
    let daemon: DaemonProcess
    let relay: RecordingRelay
    let record: Record
    /// A folder for what players write; everybody may.
    let folder: String

    /// Gives a film to the suite's daemon and runs `body` with it.
    static func with(_ index: Film.Index, _ body: (Screening) async throws -> Void) async throws {
        let daemon = try Daemon.current()
        let film = try await Film.with(index)
        let outcome = try await Player.run(
            "curl",
            [
                "-sS", "--data-binary", "@\(film.path)",
                "\(daemon.url)/api/upload?collection=videos&name=\(uniqueName())",
            ]
        )
        let record = try #require(try Record.list(outcome.bytes).first, "\(outcome.text)\(outcome.errors)")
        try await show(record, by: daemon, body)
    }

    /// Runs `body` with a file that the daemon has.
    static func show(
        _ record: Record,
        by daemon: DaemonProcess,
        _ body: (Screening) async throws -> Void
    ) async throws {
        let relay = try RecordingRelay(to: daemon.port)
        defer { relay.close() }
        // Short: browsers make sockets below it, whose paths end at 108 bytes (unix(7)).
        let folder = "\(daemon.site.directory)/\(uniqueName("p").prefix(8))"
        try #require(mkdir(folder, 0o777) == 0 && chmod(folder, 0o777) == 0)
        try await body(Screening(daemon: daemon, relay: relay, record: record, folder: folder))
    }

    /// The film's address, through the relay.
    var url: String { "http://127.0.0.1:\(relay.port)/files/\(record.path)" }

    /// Checks what goes for every answer that a player got: one version, whole ranges, no failures.
    func expectGoodAnswers(sourceLocation: SourceLocation = #_sourceLocation) {
        let tag = "\"\(record.sha256.prefix(32))\""
        // A player that hung up before its answer came got none.
        let transfers = relay.transfers.filter { $0.answer != nil }
        #expect(!transfers.isEmpty, sourceLocation: sourceLocation)
        for transfer in transfers {
            let comment: Comment = "\(transfer)"
            #expect([200, 206, 304, 416].contains(transfer.status), comment, sourceLocation: sourceLocation)
            guard transfer.status != 416 else { continue }
            #expect(transfer.answer?["ETag"] == tag, comment, sourceLocation: sourceLocation)
            guard let first = transfer.firstPosition else { continue }
            #expect(transfer.answer?["Accept-Ranges"] == "bytes", comment, sourceLocation: sourceLocation)
            // None of them asks for less than the rest, but by saying where it ends.
            let asked = transfer.request["Range"] ?? "bytes=0-"
            if asked.hasSuffix("-") {
                #expect(transfer.contentLength == record.size - first, comment, sourceLocation: sourceLocation)
            }
        }
    }
}

extension Configurations {
    /// Films of any size.
    static let films = standard.replacing("maximumSize: 64MiB", with: "maximumSize: 64GiB")
}
