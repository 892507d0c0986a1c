import MediaTesting
import Testing

@Suite("A served file", .daemon(), .timeLimit(.minutes(3)))
struct RepresentationTests {
    @Test("has the same fields for HEAD as for GET, in both forms of the address", arguments: Route.allCases)
    func head(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
        for path in [sample.path, "/api\(sample.path)", sample.record.url, "/api\(sample.record.url)"] {
            let get = try await daemon.request("GET", path, route.fields)
            let head = try await daemon.request("HEAD", path, route.fields)
            sample.expectWhole(get, "\(path)")
            #expect(head.body.isEmpty)
            let varying = ["date", "x-request-id"]
            func fields(_ answer: ProbeResponse) -> [String] {
                answer.fields.filter { !varying.contains($0.name.lowercased()) }.map {
                    "\($0.name.lowercased()): \($0.value)"
                }.sorted()
            }
            #expect(fields(head) == fields(get))
        }
    }

    struct Scripting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let type: String
        let bytes: @Sendable () throws -> [UInt8]
    }

    static let scripting: [Scripting] = [
        Scripting(testDescription: "SVG", type: "image/svg+xml") { try Samples.fixture("logo.svg") },
        Scripting(testDescription: "HTML", type: "text/html") {
            Array("<!DOCTYPE html><title>x</title><script>1</script>".utf8)
        },
        Scripting(testDescription: "PDF", type: "application/pdf") { Samples.pdf() },
    ]

    @Test("H4: that can script is an attachment without rights", arguments: scripting)
    func scriptable(_ file: Scripting) async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try file.bytes(), "collection=documents").record()
        #expect(record.type == file.type)
        for (fields, status) in [([], 200), ([("Range", "bytes=0-5")], 206), (Route.router.fields, 200)] {
            let answer = try await daemon.request("GET", record.url, fields)
            #expect(answer.status == status)
            #expect(answer["Content-Type"]?.hasPrefix(file.type) == true)
            #expect(answer["X-Content-Type-Options"] == "nosniff")
            #expect(answer["Content-Disposition"]?.hasPrefix("attachment") == true)
            let policy = try #require(answer["Content-Security-Policy"])
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("sandbox"))
            #expect(!policy.contains("script-src"))
        }
    }

    @Test("H4: that cannot is shown in the page")
    func inline() async throws {
        let daemon = try Daemon.current()
        for (bytes, collection) in [(try Samples.jpeg(), "posters"), (try Samples.video(), "videos")] {
            let record = try await daemon.upload(bytes, "collection=\(collection)").record()
            let answer = try await daemon.request("GET", record.url)
            #expect(answer["Content-Disposition"]?.hasPrefix("attachment") != true)
            #expect(answer["X-Content-Type-Options"] == "nosniff")
        }
    }

    @Test("H4: with a name in another script has an address that works, and says its name", arguments: Route.allCases)
    func unicode(route: Route) async throws {
        let daemon = try Daemon.current()
        let folder = uniqueName()
        let bytes = try Samples.jpeg()
        let query = "collection=posters&name=\(folder)/%E6%98%A0%E7%94%BB%20%C3%A9t%C3%A9"
        let record = try await daemon.upload(bytes, query).record()
        #expect(record.path == "posters/\(folder)/映画 été.jpg")
        daemon.site.expectInTree(record)
        let answer = try await daemon.request("GET", record.url, route.fields)
        #expect(answer.body == bytes)
        let disposition = try #require(answer["Content-Disposition"])
        // Programs that know no filename* take what comes first (RFC 6266 appendix D).
        let plain = try #require(disposition.firstRange(of: "; filename=\""))
        let extended = try #require(disposition.firstRange(of: "; filename*="))
        #expect(plain.lowerBound < extended.lowerBound)
        #expect(!disposition[..<extended.lowerBound].contains("%") && !disposition.contains("\\"))
        #expect(disposition.contains("filename*=UTF-8''%E6%98%A0%E7%94%BB%20%C3%A9t%C3%A9.jpg"))
        #expect(disposition.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        // Encoded otherwise it is the same path: lower-case digits, letters that need no encoding.
        let other = "/files/%70osters/\(folder)/%e6%98%a0%e7%94%bb%20%c3%a9t%c3%a9%2ejpg"
        #expect(try await daemon.request("GET", other, route.fields).body == bytes)
    }

    @Test("is no longer served when the tree was changed by hand")
    func changedByHand() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(uniqueName())").record()
        #expect(truncateFile(daemon.site.place(record.path), to: 100))
        let answer = try await daemon.request("GET", record.url)
        try answer.expectProblem(503, "tree_mismatch")
        // Never the wrong bytes under the right tag.
        #expect(answer["ETag"] == nil)
    }

    @Test("carries the request's id")
    func requestID() async throws {
        let daemon = try Daemon.current()
        let given = try await daemon.request("GET", "/healthz", [("X-Request-ID", "abc-123")])
        #expect(given["X-Request-ID"] == "abc-123")
        let made = try await daemon.request("GET", "/healthz")
        #expect(made["X-Request-ID"]?.isEmpty == false)
        let hostile = try await daemon.request("GET", "/healthz", [("X-Request-ID", "a\u{1b}[31mb c")])
        #expect(hostile["X-Request-ID"] != "a\u{1b}[31mb c")
    }
}
