import MediaTesting
import Testing

/// The checklist's thirty ways to write the path of a file that is there, of which few are the file's.
@Suite("Addresses of a file", .daemon(), .timeLimit(.minutes(3)))
struct TargetTests {
    @Test("T1: no trick with the path of a file that is served leads to it, or to another", arguments: Route.allCases)
    func tricks(route: Route) async throws {
        let daemon = try Daemon.current()
        let folder = uniqueName()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters&name=\(folder)/a", daemon)
        #expect(sample.path == "/files/posters/\(folder)/a.jpg")
        let below = "posters/\(folder)"
        let tricks = [
            "\(sample.path)/", "\(sample.path)/x", "\(sample.path)//", "\(sample.path)/.", "\(sample.path)/..",
            "\(sample.path)%00", "\(sample.path)%00.png", "\(sample.path)%20", "\(sample.path).", "\(sample.path);x",
            "\(sample.path)%0d%0a", "\(sample.path)%3f", "\(sample.path)%23x", "/files/\(below)/./a.jpg",
            "/files/\(below)/x/../a.jpg", "/files/\(below)/%2e/a.jpg", "/files/\(below)/x/%2e%2e/a.jpg",
            "/files/\(below)%2fa.jpg", "/files/\(below)%5ca.jpg", "/files/\(below)\\a.jpg", "/files/\(below)//a.jpg",
            "/files//\(below)/a.jpg", "//files/\(below)/a.jpg", "/files/\(below)/a.jpg%c0%80", "/files/\(below)/a.JPG",
            "/files/\(below)/%c1%a1.jpg", "/files/\(below)/\u{FF41}.jpg", "/FILES/\(below)/a.jpg",
            "/x/../files/\(below)/a.jpg", "/files/../files/\(below)/a.jpg", "/files/\(below)/%61%.jpg",
        ]
        for target in tricks {
            for method in ["GET", "HEAD"] {
                let answer = try await daemon.request(method, target, route.fields)
                #expect([400, 404].contains(answer.status), "\(method) \(target): \(answer.status)")
                #expect(answer.body != sample.bytes && answer["ETag"] == nil, "\(method) \(target)")
            }
            // What stood between them changed nothing for the file itself.
            sample.expectWhole(try await sample.request(by: route), "after \(target)")
        }
    }

    @Test("T1: the same path written otherwise is the same file", arguments: Route.allCases)
    func spellings(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters&name=\(uniqueName())", daemon)
        let name = sample.record.path.dropFirst("posters/".count)
        for target in [
            "/files/%70osters/\(name)", "/files/posters/%74\(name.dropFirst())", "/files/posters/\(name)?",
            "/files/posters/\(name)?x=1&&=", "/%66iles/posters/\(name)", "/api/files/posters/\(name)",
            "http://127.0.0.1:\(daemon.port)\(sample.path)", "http://elsewhere.example\(sample.path)",
        ] {
            let answer = try await daemon.request("GET", target, route.fields)
            // Only the path of the route itself may be wanted as it is.
            if target.hasPrefix("/%66"), answer.status == 404 { continue }
            sample.expectWhole(answer, "\(target)")
        }
    }
}
