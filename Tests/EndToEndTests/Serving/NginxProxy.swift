import FoundationEssentials
import MediaTesting
import Testing

/// The real nginx in front of a daemon, as deploy/nginx tells people to set it up: with its files, in which only the addresses
/// are changed.
struct NginxProxy: Sendable {
    private let process: ChildProcess
    let port: Int

    /// Starts it and waits until it answers.
    ///
    /// - Parameter letsChange: without the block that keeps uploads and deletions to the machine itself.
    static func start(inFrontOf daemon: DaemonProcess, letsChange: Bool = false) async throws -> NginxProxy {
        let directory = "\(daemon.site.directory)/nginx-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        try write(text(of: "deploy/nginx/mediad-file.conf"), to: "\(directory)/mediad-file.conf")
        // A port that is free cannot be kept free until nginx has it.
        for _ in 0..<20 {
            // Unique: a port that nobody else took; tried again when somebody did. Below those that the kernel gives out, of which one may be a
            // daemon's that answers in nginx's place, or the far end of the very connection that looks for it.
            let port = Int.random(in: 20_000..<32_768)
            try write(try server(port: port, daemon, letsChange: letsChange), to: "\(directory)/mediad.conf")
            try write(main(directory), to: "\(directory)/nginx.conf")
            let process = try await ChildProcess.start(
                .init(
                    "nginx",
                    ["-e", "stderr", "-p", directory, "-c", "\(directory)/nginx.conf"],
                    directory: directory
                )
            )
            let answers = try await eventually {
                if process.ending != nil { return true }
                return (try? await HTTPProbe.connect(port: port)) != nil
            }
            if answers, process.ending == nil { return NginxProxy(process: process, port: port) }
            await process.kill9()
            guard process.standardError.contains("Address already in use") else {
                throw ProcessFailure(message: "nginx did not come up: \(process.standardError)")
            }
        }
        throw ProcessFailure(message: "no free port for nginx")
    }

    func request(_ method: String, _ target: String, _ fields: [(String, String)] = []) async throws -> ProbeResponse {
        let probe = try await HTTPProbe.connect(port: port)
        return try await probe.request(method, target, fields + [("Connection", "close")])
    }

    func stop() async { await process.kill9() }

    private static func server(port: Int, _ daemon: DaemonProcess, letsChange: Bool) throws -> String {
        var text = try text(of: "deploy/nginx/mediad.conf")
        let changes =
            [
                ("listen 80;", "listen 127.0.0.1:\(port);"), ("127.0.0.1:8080", "127.0.0.1:\(daemon.port)"),
                ("/var/lib/mediad/", "\(daemon.site.root)/"),
            ] + (letsChange ? [("deny all;", "allow all;")] : [])
        for (old, new) in changes {
            // It must not go on with somebody else's address.
            try #require(text.contains(old), "deploy/nginx/mediad.conf does not have \(old)")
            text = text.replacing(old, with: new)
        }
        return text
    }

    /// One process, as whoever runs the tests. Without media types of its own: they have to come from the daemon.
    private static func main(_ directory: String) -> String {
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(directory)/\($0);" }.joined(separator: "\n")
        return """
            daemon off;
            master_process off;
            pid \(directory)/nginx.pid;
            events {}
            http {
                access_log off;
                types {}
                default_type application/x-not-from-the-daemon;
                \(folders)
                include \(directory)/mediad.conf;
            }
            """
    }

    private static func text(of file: String) throws -> String {
        // This file lies in Tests/EndToEndTests/Serving.
        let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(file)")), as: UTF8.self)
    }

    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}
