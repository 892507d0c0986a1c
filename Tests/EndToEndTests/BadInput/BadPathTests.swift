import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("Paths that lead astray", .daemon(), .timeLimit(.minutes(3)))
struct BadPathTests {
    static let targets: [String] = [
        "/files/../mediad.yaml", "/files/../../../etc/passwd", "/files/posters/../../../../etc/passwd",
        "/files/posters/../../root/files/posters/x.jpg", "/files/%2e%2e/%2e%2e/etc/passwd", "/files/.%2e/etc/passwd",
        "/files/%2E%2E%2Fetc%2Fpasswd", "/files/%252e%252e/etc/passwd", "/files/posters%2f..%2f..%2fetc%2fpasswd",
        "/files/..%5c..%5cetc", "/files/posters\\..\\x", "/files/posters/%5c..%5cx", "/files/posters/x.jpg%00.png",
        "/files/posters/%00", "/files/posters/a%0d%0ab", "/files/posters/a%01", "/files/posters/.hidden.jpg",
        "/files/.git/config", "/files//posters/x.jpg", "/files/posters//x.jpg", "/files/posters/./x.jpg", "/files/./x",
        "/files/%c0%ae%c0%ae/etc/passwd", "/files/%ef%bc%8e%ef%bc%8e/etc/passwd",
        "/files/posters/\(String(repeating: "n", count: 300))",
        "/files/" + (0..<50).map { "d\($0)" }.joined(separator: "/"), "/files//etc/passwd", "/files/%2fetc%2fpasswd",
        "/files/posters/x.jpg/../../../../etc/passwd", "/files/posters;/../../etc/passwd", "/files/posters/%zz",
        "/files/posters/%",
        "/files", "/files/", "/files/posters", "/files/posters/", "/staging/", "/renditions/", "/postgres/",
        "/mediad.yaml",
        "/files/../staging/", "/files/../renditions/", "/etc/passwd", "/..", "/%2e%2e", "//etc/passwd",
        "/files/posters/x.jpg/y", "/files/posters/..;/..;/etc/passwd", "/files/%e0%80%ae%e0%80%ae/etc/passwd",
        "/files/%f0%80%80%ae%f0%80%80%ae/etc/passwd", "/files/..%252f..%252fetc%252fpasswd",
        "/files/posters/%u002e%u002e/x", "/files/posters/..%c0%afetc%c0%afpasswd", "/files/posters/x.jpg%2f..%2fy",
        "/files/posters/x.jpg%00", "/files/....//....//etc/passwd", "/files/posters/x.jpg/.", "/files/posters/x.jpg/..",
        "/files/posters/%ff%fe", "/files/posters/%ed%a0%80", "/files/posters/x.jpg%0d%0aX:%20y",
        "/files/posters/\(String(repeating: "../", count: 1000))etc/passwd",
    ]

    @Test("show nothing but a problem, in both forms of the address", arguments: targets)
    func refused(target: String) async throws {
        let daemon = try Daemon.current()
        for target in target.hasPrefix("/files") ? [target, "/api\(target)"] : [target] {
            for method in ["GET", "HEAD"] {
                let answer = try await daemon.request(method, target)
                #expect([400, 404].contains(answer.status), "\(method) \(target): \(answer.status)")
                #expect(!answer.text.contains("root:"), "\(target)")
                #expect(!answer.text.contains(daemon.site.directory), "the answer names a folder of the server")
                guard method == "GET" else { continue }
                #expect(answer["Content-Type"] == "application/problem+json", "\(target)")
                let code = try JSONValue(parsing: answer.body)["code"]?.string
                #expect(["invalid_name", "invalid_request", "not_found"].contains(code), "\(target)")
            }
        }
    }

    @Test("lead nowhere below a file, with a slash behind it, or in another case")
    func nearMisses() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(uniqueName())").record()
        let path = record.path
        for target in [
            "/files/\(path)/", "/files/\(path)/x", "/files/\(path).jpg", "/files/POSTERS/\(path.dropFirst(8))",
        ] {
            let answer = try await daemon.request("GET", target)
            #expect([400, 404].contains(answer.status), "\(target): \(answer.status)")
        }
    }

    @Test("given with the scheme and host are the same paths")
    func absoluteForm() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.jpeg()
        let record = try await daemon.upload(bytes, "collection=posters").record()
        #expect(try await daemon.request("GET", "http://127.0.0.1:\(daemon.port)/files/\(record.path)").body == bytes)
        let answer = try await daemon.request("GET", "http://127.0.0.1:\(daemon.port)/files/../../etc/passwd")
        #expect([400, 404].contains(answer.status))
    }

    @Test("through a planted link lead nowhere")
    func plantedLinks() async throws {
        let daemon = try Daemon.current()
        let folder = "\(daemon.site.root)/files/posters"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (file, directory) = (uniqueName("link"), uniqueName("folder"))
        #expect(symlink("/etc/passwd", "\(folder)/\(file).jpg") == 0)
        #expect(symlink("/etc", "\(folder)/\(directory)") == 0)
        for target in [
            "/files/posters/\(file).jpg", "/files/posters/\(directory)/passwd", "/files/posters/\(directory)",
        ] {
            let answer = try await daemon.request("GET", target)
            #expect([400, 404].contains(answer.status), "\(target): \(answer.status)")
            #expect(!answer.text.contains("root:"))
        }
        // A name below the linked folder, and the link's own name: nothing is written through either.
        let below = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(directory)/\(file)")
        #expect((400..<600).contains(below.status), "\(below.status)")
        let code = try JSONValue(parsing: below.body)["code"]?.string
        #expect(["path_occupied", "invalid_name", "storage_unavailable"].contains(code), "\(code ?? "no code")")
        #expect(access("/etc/\(file).jpg", F_OK) != 0)
        let onto = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(file)")
        try onto.expectProblem(409, "path_occupied")
        #expect(try String(contentsOfFile: "/etc/passwd", encoding: .utf8).hasPrefix("root:"))
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
        unlink("\(folder)/\(file).jpg")
        unlink("\(folder)/\(directory)")
    }

    @Test("of a recorded file that was swapped for a link lead nowhere")
    func swappedForLink() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(uniqueName())").record()
        let place = daemon.site.place(record.path)
        unlink(place)
        #expect(symlink("/etc/passwd", place) == 0)
        let answer = try await daemon.request("GET", "/files/\(record.path)")
        #expect((400..<600).contains(answer.status))
        #expect(!answer.text.contains("root:"))
        unlink(place)
    }
}
