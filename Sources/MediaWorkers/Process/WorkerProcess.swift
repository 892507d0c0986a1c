import Glibc
package import MediaCore

/// The child's side of the pool: what `mediad worker` runs.
///
/// Descriptor 0 is the socket to the daemon, 2 the pipe to its log. The process lives as long as the socket: when the daemon
/// is gone, the worker reads the end and exits.
package enum WorkerProcess {
    /// Reads what a file is, from its descriptor: (descriptor, size in bytes, allowed types, limits).
    package typealias Inspect = (Int32, Int64, [String], ImageLimits) throws(MediaError) -> Inspection
    /// Renders from the first descriptor into the second.
    package typealias Render = (Int32, Int32, RenditionRequest) throws(MediaError) -> RenditionFacts
    /// Renders from the first descriptor into each of the others, and says of each, in their order, what became of it. It stops where it is
    /// told to, by false.
    package typealias RenderBatch = (
        Int32, [Int32], RenditionBatch, (Result<RenditionFacts, MediaError>) -> Bool
    ) -> Void
    /// Rewrites what the first descriptor holds, with the new bytes into the second; nil when there is nothing to change.
    package typealias Rewrite = (Int32, Int32, RewriteRequest) throws(MediaError) -> Splice?

    /// Loads the libraries, closes the sandbox, and works until the daemon closes the socket.
    ///
    /// Call it on the main thread before any other thread exists (so: from a synchronous `main`).
    /// - Parameters:
    ///   - prepare: opens and loads everything that the jobs will need: after it, nothing can be opened. It can
    ///     read files, but not write, and has no network. It returns the formats that cannot be written here.
    ///   - sandbox: for tests, the parts to put in force.
    /// - Throws: ``MediaError`` when the process is not a worker's child, or cannot be prepared.
    package static func run(
        inspect: @escaping Inspect,
        render: @escaping Render,
        renderBatch: @escaping RenderBatch,
        rewrite: @escaping Rewrite,
        prepare: () throws(MediaError) -> [RenditionFormat],
        sandbox features: SandboxFeatures = .all
    ) throws(MediaError) -> Never {
        // A service manager that stops a unit, or is told to signal it, signals all its processes (systemd, KillMode=control-group).
        // A worker ends with its daemon, which lets requests under way finish first; its own end would call a sound file damaged.
        for number in [SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2] { signal(number, SIG_IGN) }
        var sandbox = try Sandbox(features: features)
        let socket = MessageSocket(owning: STDIN_FILENO)
        let limits: WorkerLimits
        do {
            guard case .message(let bytes, _) = socket.receive(descriptors: 0, deadline: .now + .seconds(30)) else {
                throw MediaError(.internalError, "The worker has no daemon on descriptor 0; only the daemon starts it.")
            }
            limits = try WireCoding.decode(WorkerMessage.Settings.self, from: bytes).limits
            let unwritable = try prepare()
            var report = try sandbox.close(limits)
            report.unwritableFormats = unwritable
            try socket.send(WireCoding.encode(WorkerMessage.Hello(report: report, failure: nil)))
        } catch {
            let failure = "\(error)".bounded(to: 2000)
            if let bytes = try? WireCoding.encode(WorkerMessage.Hello(report: nil, failure: failure)) {
                try? socket.send(bytes)
            }
            throw error as? MediaError ?? MediaError(.internalError, "The worker could not start.", cause: error)
        }
        let loop = WorkerLoop(
            socket: socket,
            limits: limits,
            inspect: inspect,
            render: render,
            renderBatch: renderBatch,
            rewrite: rewrite
        )
        loop.run()
        // No exit handlers: they belong to libraries that untrusted bytes went through.
        _exit(0)
    }
}
