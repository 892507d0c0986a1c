import Foundation
import MediaTesting
import Testing

@Suite("Bytes left to nginx", .daemon(configuration: Configurations.accelerated), .timeLimit(.minutes(3)))
struct AccelerationTests {
    private func withNginx(
        letsChange: Bool = false,
        _ body: (DaemonProcess, NginxProxy) async throws -> Void
    ) async throws {
        let daemon = try Daemon.current()
        let nginx = try await NginxProxy.start(inFrontOf: daemon, letsChange: letsChange)
        do {
            try await body(daemon, nginx)
        } catch {
            await nginx.stop()
            throw error
        }
        await nginx.stop()
    }

    /// The file as the daemon alone would serve it, but for its bytes.
    private func sample(_ bytes: [UInt8], _ query: String) async throws -> ServedSample {
        try await ServedSample(bytes, query, try Daemon.current())
    }

    @Test("I10: a whole file comes with all its fields, and nothing of how it came")
    func whole() async throws {
        try await withNginx { daemon, nginx in
            let sample = try await sample(try Samples.jpeg(padding: 1 << 20), "collection=posters")
            for path in [sample.record.url, "/api\(sample.record.url)"] {
                let answer = try await nginx.request("GET", path, [("Want-Repr-Digest", "sha-256=1")])
                #expect(answer.status == 200)
                #expect(answer.body == sample.bytes)
                #expect(answer.all("Content-Length") == ["\(sample.bytes.count)"])
                #expect(answer.all("Content-Type") == ["image/jpeg"])
                #expect(answer.all("Cache-Control") == ["max-age=31536000, public, immutable"])
                #expect(answer.all("Content-Disposition").count == 1)
                #expect(answer["Content-Disposition"]?.hasPrefix("inline; filename=\"") == true)
                #expect(answer.all("ETag") == [sample.tag])
                #expect(answer.all("Last-Modified") == [sample.lastModified])
                #expect(answer.all("Accept-Ranges") == ["bytes"])
                #expect(answer.all("X-Content-Type-Options") == ["nosniff"])
                #expect(answer.all("Access-Control-Allow-Origin") == ["*"])
                #expect(answer.all("Timing-Allow-Origin") == ["*"])
                #expect(answer["Access-Control-Expose-Headers"]?.contains("Content-Range") == true)
                #expect(answer["Repr-Digest"]?.hasPrefix("sha-256=:") == true)
                #expect(answer.all("X-Request-ID").count == 1)
                #expect(answer["X-Accel-Redirect"] == nil && answer["Vary"] == nil)
            }
        }
    }

    @Test("I10: ranges are nginx's, tied to the daemon's tag")
    func ranges() async throws {
        try await withNginx { daemon, nginx in
            let sample = try await sample(try Samples.video(padding: 1 << 20), "collection=videos")
            let cases: [([(String, String)], ClosedRange<Int>)] = [
                ([("Range", "bytes=0-1")], 0...1),
                ([("Range", "bytes=-500")], sample.bytes.count - 500...sample.bytes.count - 1),
                ([("Range", "bytes=1000-")], 1000...sample.bytes.count - 1),
                ([("Range", "bytes=5-9"), ("If-Range", sample.tag)], 5...9),
                ([("Range", "bytes=5-9"), ("If-Range", sample.lastModified)], 5...9),
            ]
            for (fields, range) in cases {
                let answer = try await nginx.request("GET", sample.path, fields)
                #expect(answer.status == 206, "\(fields)")
                let expected = "bytes \(range.lowerBound)-\(range.upperBound)/\(sample.bytes.count)"
                #expect(answer["Content-Range"] == expected, "\(fields)")
                #expect(answer.body == Array(sample.bytes[range]), "\(fields)")
                #expect(answer.all("ETag") == [sample.tag], "\(fields)")
                #expect(answer["Content-Type"] == "video/mp4")
                #expect(answer["Cache-Control"] == "max-age=0, must-revalidate, public")
            }
            let other = try await nginx.request("GET", sample.path, [("Range", "bytes=5-9"), ("If-Range", "\"x\"")])
            #expect(other.status == 200)
            #expect(other.body == sample.bytes)
            let beyond = try await nginx.request("GET", sample.path, [("Range", "bytes=99999999-")])
            #expect(beyond.status == 416)
            #expect(beyond["Content-Range"] == "bytes */\(sample.bytes.count)")
            let several = try await nginx.request("GET", sample.path, [("Range", "bytes=0-1,1000-1001")])
            #expect(several.status == 206)
            #expect(several["Content-Type"]?.hasPrefix("multipart/byteranges") == true)
        }
    }

    @Test("I10: HEAD tells the length and has no bytes")
    func head() async throws {
        try await withNginx { daemon, nginx in
            let sample = try await sample(Samples.text(), "collection=documents")
            let answer = try await nginx.request("HEAD", sample.path)
            #expect(answer.status == 200)
            #expect(answer["Content-Length"] == "\(sample.bytes.count)")
            #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
            #expect(answer.all("ETag") == [sample.tag])
            // One connection, so that a byte too many would be seen.
            let probe = try await HTTPProbe.connect(port: nginx.port)
            for method in ["HEAD", "GET", "HEAD"] {
                let answer = try await probe.request(method, sample.path)
                #expect(answer.body == (method == "GET" ? sample.bytes : []))
            }
        }
    }

    @Test("I10: whether the client has the file already, and whether there is one, the daemon decides")
    func conditions() async throws {
        try await withNginx { daemon, nginx in
            let sample = try await sample(try Samples.jpeg(), "collection=posters")
            for method in ["GET", "HEAD"] {
                for fields in [
                    [("If-None-Match", sample.tag)], [("If-None-Match", "W/\(sample.tag), \"x\"")],
                    [("If-Modified-Since", sample.lastModified)], [("If-None-Match", "*"), ("Range", "bytes=0-1")],
                ] {
                    let answer = try await nginx.request(method, sample.record.url, fields)
                    #expect(answer.status == 304, "\(fields)")
                    #expect(answer.body.isEmpty)
                    #expect(answer.all("ETag") == [sample.tag])
                    #expect(answer["Cache-Control"] == "max-age=31536000, public, immutable")
                }
            }
            let changed = try await nginx.request("GET", sample.path, [("If-None-Match", "\"x\"")])
            #expect(changed.status == 200)
            #expect(changed.body == sample.bytes)
            let failed = try await nginx.request("GET", sample.path, [("If-Match", "\"x\"")])
            try failed.expectProblem(412, "precondition_failed")
            try await nginx.request("GET", "/files/posters/nothing.jpg").expectProblem(404, "not_found")
            try await nginx.request("GET", "\(sample.path)?preset=w1").expectProblem(400, "unknown_preset")
        }
    }

    @Test("I10: thumbnails come that way too")
    func renditions() async throws {
        try await withNginx { daemon, nginx in
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
            for (type, start) in [("image/webp", Array("RIFF".utf8)), ("image/jpeg", [0xFF, 0xD8, 0xFF])] {
                let target = "/files/\(record.path)?preset=w342"
                let answer = try await nginx.request("GET", target, [("Accept", type)])
                #expect(answer.status == 200)
                #expect(answer["Content-Type"] == type)
                #expect(answer["Vary"] == "Accept")
                #expect(answer.body.starts(with: start))
                let told = try await daemon.request("GET", target, [("Accept", type)])
                #expect(told["X-Accel-Redirect"]?.hasPrefix("/protected/renditions/") == true)
                #expect(answer["ETag"] == told["ETag"])
                let part = try await nginx.request("GET", target, [("Accept", type), ("Range", "bytes=2-5")])
                #expect(part.status == 206)
                #expect(part.body == Array(answer.body[2...5]))
            }
        }
    }

    @Test(
        "I10: a name of any letters leads to its file",
        arguments: [
            "%C3%A9t%C3%A9%20100%25", "a%3Fb%23c", "%E6%98%A0%E7%94%BB", "a%25zz%250", "d/e%20f/g+h", "a&b='c'",
        ]
    )
    func names(name: String) async throws {
        try await withNginx { daemon, nginx in
            let folder = uniqueName()
            let name = name.replacing("&", with: "%26").replacing("+", with: "%2B")
            let sample = try await sample(try Samples.jpeg(), "collection=posters&name=\(folder)/\(name)")
            let answer = try await nginx.request("GET", sample.record.url)
            #expect(answer.status == 200)
            #expect(answer.body == sample.bytes)
            #expect(answer["ETag"] == sample.tag)
        }
    }

    @Test("I10: what can script is as harmless as before")
    func scriptable() async throws {
        try await withNginx { daemon, nginx in
            let sample = try await sample(Samples.svg(), "collection=documents")
            for fields in [[], [("Range", "bytes=0-5")]] {
                let answer = try await nginx.request("GET", sample.record.url, fields)
                #expect(answer["Content-Type"] == "image/svg+xml")
                #expect(answer["Content-Disposition"]?.hasPrefix("attachment") == true)
                #expect(answer["X-Content-Type-Options"] == "nosniff")
                #expect(answer["Content-Security-Policy"]?.contains("sandbox") == true)
            }
        }
    }

    @Test("I10: the tree itself is not to be had through nginx")
    func closed() async throws {
        try await withNginx { daemon, nginx in
            let sample = try await sample(try Samples.jpeg(), "collection=posters")
            for target in [
                "/protected/files/\(sample.record.path)", "/protected/", "/protected/staging/", "/protected/postgres/x",
                "/files/../protected/files/\(sample.record.path)", "//protected/files/\(sample.record.path)",
                "/%70rotected/files/\(sample.record.path)",
            ] {
                let answer = try await nginx.request("GET", target)
                #expect([400, 404].contains(answer.status), "\(target): \(answer.status)")
                #expect(answer.body != sample.bytes)
            }
        }
    }

    @Test("I10: uploads and everything else go through as they are, once they are let through")
    func uploads() async throws {
        try await withNginx(letsChange: true) { daemon, nginx in
            let bytes = try Samples.video(padding: 4 << 20)
            let probe = try await HTTPProbe.connect(port: nginx.port)
            let record = try await probe.request("POST", "/api/upload?collection=videos", body: bytes).record()
            #expect(record.sha256 == Samples.sha256(bytes))
            #expect(try await nginx.request("GET", record.url).body == bytes)
            #expect(try await nginx.request("GET", "/api/media/\(record.id)").status == 200)
            #expect(try await nginx.request("DELETE", "/api/media/\(record.id)").status == 204)
            #expect(try await nginx.request("GET", record.url).status == 404)
        }
    }

    @Test("I10: a proxy gets the place of a file instead of its bytes, with no length and no part of it")
    func told() async throws {
        let daemon = try Daemon.current()
        let sample = try await sample(try Samples.jpeg(), "collection=posters&name=\(uniqueName())/a%20b")
        let place = sample.record.path.replacing(" ", with: "%20")
        for (method, fields) in [
            ("GET", []), ("HEAD", []), ("GET", [("Range", "bytes=0-1")]), ("GET", [("Range", "bytes=9999999-")]),
            ("GET", [("Range", "bytes=0-1"), ("If-Range", "\"x\"")]),
        ] {
            let answer = try await daemon.request(method, sample.record.url, fields)
            #expect(answer.status == 200, "\(fields)")
            #expect(answer.body.isEmpty)
            #expect(answer["Content-Length"] == nil || answer["Content-Length"] == "0")
            #expect(answer["Content-Range"] == nil && answer["Accept-Ranges"] == nil)
            #expect(answer.all("X-Accel-Redirect") == ["/protected/files/\(place)"])
            #expect(answer["X-Accel-Limit-Rate"] == nil && answer["X-Sendfile"] == nil)
            #expect(answer["ETag"] == sample.tag)
            #expect(answer["Content-Type"] == "image/jpeg")
        }
    }
}

@Suite("Bytes left to others than nginx", .timeLimit(.minutes(3)))
struct AccelerationSettingTests {
    private func withDaemon(_ configuration: String, _ body: (DaemonProcess) async throws -> Void) async throws {
        let site = try await DaemonSite(configuration: configuration)
        let daemon = try await site.start()
        do {
            try await body(daemon)
        } catch {
            await daemon.kill9()
            throw error
        }
        #expect(try await daemon.terminate() == .exited(0))
        try await site.remove()
    }

    @Test("I10: X-Sendfile has the file's absolute path, percent-encoded")
    func sendfile() async throws {
        try await withDaemon(Configurations.accelerated(by: "x-sendfile")) { daemon in
            let query = "collection=posters&name=\(uniqueName())/%C3%A9%20100%25"
            let record = try await daemon.upload(try Samples.jpeg(), query).record()
            for (target, folder) in [(record.url, "files"), ("\(record.url)&preset=w92", "renditions")] {
                let answer = try await daemon.request("GET", target)
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
                #expect(answer["X-Accel-Redirect"] == nil)
                let field = try #require(answer["X-Sendfile"])
                #expect(field.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
                let path = try #require(field.removingPercentEncoding)
                #expect(path.hasPrefix("\(daemon.site.root)/\(folder)/"))
                #expect(FileManager.default.contents(atPath: path)?.isEmpty == false)
            }
        }
    }

    @Test("I10: whoever is no trusted proxy gets the bytes", arguments: ["x-accel-redirect", "x-sendfile"])
    func untrusted(method: String) async throws {
        let configuration = Configurations.accelerated(by: method)
            // With a proxy on another machine the daemon asks for keys, unless that proxy decides.
            .replacing("http:\n", with: "access:\n  mode: open\nhttp:\n  trustedProxies: [192.0.2.1]\n")
        try await withDaemon(configuration) { daemon in
            let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
            for fields in [[], [("X-Forwarded-For", "192.0.2.1")], [("Forwarded", "for=192.0.2.1")]] {
                let answer = try await daemon.request("GET", sample.path, fields)
                sample.expectWhole(answer)
                #expect(answer["X-Accel-Redirect"] == nil && answer["X-Sendfile"] == nil)
                let part = try await daemon.request("GET", sample.path, fields + [("Range", "bytes=0-9")])
                sample.expectPart(part, 0...9)
            }
        }
    }

    @Test("I10: the prefix is the operator's, and a collection's rate limit is handed on")
    func prefixAndPace() async throws {
        let configuration = Configurations.accelerated
            .replacing("http:\n", with: "http:\n  accelerationPrefix: /media/inside/\n")
            .replacing("    maximumSize: 64MiB\n", with: "    maximumSize: 64MiB\n    limitRate: 512KiB\n")
        try await withDaemon(configuration) { daemon in
            let film = try await daemon.upload(try Samples.video(), "collection=videos").record()
            let answer = try await daemon.request("GET", film.url)
            #expect(answer["X-Accel-Redirect"] == "/media/inside/files/\(film.path)")
            #expect(answer["X-Accel-Limit-Rate"] == "524288")
            let poster = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
            #expect(try await daemon.request("GET", poster.url)["X-Accel-Limit-Rate"] == nil)
        }
    }

    @Test("I10: without the setting everybody gets the bytes")
    func off() async throws {
        try await withDaemon(Configurations.standard) { daemon in
            let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
            let answer = try await daemon.request("GET", sample.path, [("X-Sendfile-Type", "X-Accel-Redirect")])
            sample.expectWhole(answer)
            #expect(answer["X-Accel-Redirect"] == nil && answer["X-Sendfile"] == nil)
        }
    }
}

extension Configurations {
    /// As deploy/nginx wants it.
    static let accelerated = accelerated(by: "x-accel-redirect")

    static func accelerated(by method: String) -> String {
        standard.replacing("http:\n", with: "http:\n  acceleration: \(method)\n")
    }
}
