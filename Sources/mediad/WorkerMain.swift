import Glibc
import MediaCore
import MediaInspection
import MediaRendering
import MediaWorkers

/// `mediad worker`: the process in which untrusted bytes are decoded. Started by the daemon only.
enum WorkerMain {
    static func run() -> Never {
        var inspector: FileInspector?
        do {
            try WorkerProcess.run(
                inspect: { descriptor, size, allowedTypes, limits throws(MediaError) in
                    guard let inspector else { throw MediaError(.internalError, "The worker is not prepared.") }
                    return try inspector.inspect(
                        descriptor: descriptor,
                        size: size,
                        allowedTypes: allowedTypes,
                        limits: limits
                    )
                },
                render: { source, output, request throws(MediaError) in
                    try ImageRenderer.render(source: source, output: output, request: request)
                },
                prepare: { () throws(MediaError) in
                    inspector = try FileInspector()
                    try ImageRenderer.start()
                }
            )
        } catch {
            fputs("mediad worker: \(error.message)\n", stderr)
            exit(EXIT_FAILURE)
        }
    }
}
