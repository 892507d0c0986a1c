import MediaTesting
import Testing

/// What caches and browsers are told, in the answers of both ways through the daemon.
@Suite("What caches are told", .daemon(), .timeLimit(.minutes(3)))
struct CachingTests {
    @Test("H1: a version's own address is for ever, max-age first; any other is not", arguments: Route.allCases)
    func versions(route: Route) async throws {
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", try Daemon.current())
        let version = sample.record.sha256.prefix(32)
        func control(_ query: String, _ fields: [(String, String)] = []) async throws -> String {
            try #require(try await sample.request("GET", fields, query: query, by: route)["Cache-Control"])
        }
        #expect(sample.record.url.hasSuffix("?v=\(version)"))
        // Chromium's media cache reads no further when something else stands first.
        let whole = try await control("?v=\(version)")
        #expect(whole.hasPrefix("max-age=31536000"))
        #expect(whole.contains("immutable"))
        for word in ["no-cache", "no-store", "must-revalidate"] { #expect(!whole.contains(word)) }
        #expect(try await control("?v=\(version)", [("Range", "bytes=0-1")]) == whole)
        #expect(try await control("?v=\(version)&preset=w92").contains("immutable"))
        let others = [
            "", "?v=", "?v=0", "?v=\(String(repeating: "0", count: 32))", "?w=1", "?v=%2e", "?v=\(version.dropLast())",
            "?v=\(version)0", "?v=\(version.uppercased())x", "?V=\(version)",
        ]
        for query in others {
            let plain = try await control(query)
            #expect(!plain.contains("immutable"), "\(query): \(plain)")
            #expect(!plain.contains("max-age=3153"), "\(query): \(plain)")
        }
    }

    @Test("H2: freshness is always said, and parts can be joined by one strong tag", arguments: Route.allCases)
    func freshness(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let kinds: [[(String, String)]] = [
            [], [("Range", "bytes=0-1")], [("Range", "bytes=5-6,8-9")], [("If-None-Match", "*")],
        ]
        for fields in kinds {
            for method in ["GET", "HEAD"] {
                let answer = try await sample.request(method, fields, by: route)
                #expect(answer["Cache-Control"] != nil, "\(method) \(fields)")
                #expect(answer["ETag"] == sample.tag && !sample.tag.hasPrefix("W/"), "\(method) \(fields)")
                // The time in caches is for caches to say.
                #expect(answer["Age"] == nil && answer["Expires"] == nil, "\(method) \(fields)")
            }
        }
        // What is no file is never kept in the place of one.
        for (target, status) in [(sample.path, 412), ("\(sample.path)x", 404), ("/files/posters/%00", 400)] {
            let answer = try await daemon.request("GET", target, [("If-Match", "\"x\"")] + route.fields)
            #expect(answer.status == status || answer.status == 404, "\(target)")
            let control = answer["Cache-Control"] ?? ""
            #expect(!control.contains("immutable") && !control.contains("max-age=3"), "\(target): \(control)")
        }
    }

    @Test("H2: the tag is that of the bytes: the same bytes have the same one, others another")
    func tags() async throws {
        let daemon = try Daemon.current()
        let one = try await ServedSample.text(daemon)
        let other = try await ServedSample.text(daemon)
        let copy = try await ServedSample(one.bytes, "collection=documents", daemon)
        #expect(one.tag == copy.tag)
        #expect(one.tag != other.tag)
    }

    @Test(
        "H3: Vary names what selects the bytes: nothing for originals, Accept for renditions",
        arguments: Route.allCases
    )
    func vary(route: Route) async throws {
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", try Daemon.current())
        let accepts = [[], [("Accept", "image/webp")], [("Accept-Encoding", "gzip")], [("Accept-Language", "de")]]
        for fields in accepts {
            for more in [[], [("Range", "bytes=0-1")], [("If-None-Match", "*")]] {
                let original = try await sample.request("GET", fields + more, by: route)
                #expect(original["Vary"] == nil, "\(fields) \(more)")
                let rendition = try await sample.request("GET", fields + more, query: "?preset=w92", by: route)
                #expect(rendition["Vary"] == "Accept", "\(fields) \(more): \(rendition.status)")
            }
        }
    }

    @Test("H7: only GET and HEAD read a file, and a 405 says so", arguments: Route.allCases)
    func methods(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"] {
            for path in [sample.path, "/api\(sample.path)", "\(sample.path)?preset=w92"] {
                let answer = try await daemon.request(method, path, route.fields)
                #expect(answer.status == 405, "\(method)")
                let allowed = try #require(answer["Allow"]).components(separatedBy: ", ")
                #expect(Set(allowed).isSuperset(of: ["GET", "HEAD"]))
                #expect(!allowed.contains(method))
            }
        }
        let upload = try await daemon.request("GET", "/api/upload", route.fields)
        #expect(upload.status == 405)
        #expect(upload["Allow"] == "POST, OPTIONS")
        daemon.site.expectInTree(sample.record)
        sample.expectWhole(try await sample.request(by: route))
    }
}

extension String {
    /// The parts between occurrences of `separator`.
    func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let found = rest.firstRange(of: separator) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return parts + [String(rest)]
    }
}
