import Glibc
import MediaCore
import MediaInspection
import MediaRendering
import MediaRewriting
import MediaWorkers

/// `mediad worker`: the process in which untrusted bytes are decoded. Started by the daemon only.
enum WorkerMain {
    /// What the preparation loads and the jobs use.
    private final class Loaded {
        var inspector: FileInspector?
    }

    /// The argument that lets libvips compile; see ``RenditionRenderer/reserveCodeMemory()``.
    static let compiling = "--runtime-compiler"

    static func run() -> Never {
        if ProcessArguments.all().contains(Self.compiling) { RenditionRenderer.reserveCodeMemory() }
        let loaded = Loaded()
        do {
            try WorkerProcess.run(
                inspect: { descriptor, size, allowedTypes, limits throws(MediaError) in
                    guard let inspector = loaded.inspector else {
                        throw MediaError(.internalError, "The worker is not prepared.")
                    }
                    return try inspector.inspect(
                        descriptor: descriptor,
                        size: size,
                        allowedTypes: allowedTypes,
                        limits: limits
                    )
                },
                render: { source, output, request throws(MediaError) in
                    try RenditionRenderer.render(source: source, output: output, request: request)
                },
                renderBatch: { source, outputs, batch, each in
                    RenditionRenderer.render(source: source, outputs: outputs, batch: batch, each: each)
                },
                rewrite: { source, written, request throws(MediaError) in
                    try FileRewriter.rewrite(source: source, written: written, request: request)
                },
                prepare: { () throws(MediaError) in
                    loaded.inspector = try FileInspector()
                    try RenditionRenderer.start()
                    return RenditionRenderer.unwritableFormats
                }
            )
        } catch {
            let line = "mediad worker: \(error.message)\n"
            line.withCString { _ = write(STDERR_FILENO, $0, line.utf8.count) }
            exit(EXIT_FAILURE)
        }
    }
}
