import Glibc
import MediaCore
import MediaWorkers

// A worker whose "decoder" does what the test asks for: the first allowed type names the deed. It stands for a decoder that
// untrusted bytes have taken over. Arguments: which parts of the sandbox to put in force ("landlock", "seccomp", both when
// none), "thread-first" to start a thread before the sandbox, "thread-in-prepare" to start one while the libraries load,
// "no-start" to fail in prepare, "die-early" to end soon after the hello.

let arguments = Set(CommandLine.arguments.dropFirst())
var features: SandboxFeatures = []
if arguments.contains("landlock") { features.insert(.landlock) }
if arguments.contains("seccomp") { features.insert(.seccomp) }
if arguments.contains("unprotected") { features = [] } else if features.isEmpty { features = .all }

if arguments.contains("thread-first") { Bystander.start() }

do throws(MediaError) {
    try WorkerProcess.run(
        inspect: { (source, size, allowedTypes, _) throws(MediaError) -> Inspection in
            try Deed(name: allowedTypes.first ?? "size", source: source, size: size).perform()
        },
        render: { (source, output, request) throws(MediaError) -> RenditionFacts in
            try Deed(name: request.sourceType.essence, source: source, size: 0).paint(on: output)
        },
        renderBatch: { source, outputs, batch, each in
            for (part, output) in outputs.enumerated() {
                let deed = Deed(name: batch.sourceType.essence, source: source, size: 0)
                let result: Result<RenditionFacts, MediaError>
                do throws(MediaError) {
                    result = .success(try deed.paint(on: output, part: part))
                } catch {
                    result = .failure(error)
                }
                guard each(result) else { return }
            }
        },
        rewrite: { (source, output, request) throws(MediaError) -> Splice? in
            try Deed(name: request.type.essence, source: source, size: 0).rewrite(into: output)
        },
        prepare: { () throws(MediaError) in
            if arguments.contains("no-start") { throw MediaError(.internalError, "no magic database") }
            if arguments.contains("die-early") { Bystander.endProcessSoon() }
            if arguments.contains("thread-in-prepare") { Bystander.start() }
            return arguments.contains("no-avif") ? [.avif] : []
        },
        sandbox: features
    )
} catch {
    let line = Array("worker-probe: \(error)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(1)
}
