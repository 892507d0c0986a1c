import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("Date and Last-Modified", .daemon(), .serialized, .timeLimit(.minutes(3)))
struct DateTests {
    /// Seconds since 1970 of a field of an answer.
    private static func seconds(
        _ name: String,
        _ answer: ProbeResponse,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Int {
        let value = try #require(answer[name], "\(answer.status)", sourceLocation: sourceLocation)
        return Int(try #require(imfDate(value), "\(value)", sourceLocation: sourceLocation).timeIntervalSince1970)
    }

    @Test("D3: Date is the second in which the answer leaves, on every way", arguments: Route.semantics)
    func present(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        var seen: Set<Int> = []
        // A value that is made once a second would be wrong just behind the turn of one.
        while seen.count < 3 {
            let before = time(nil)
            let answer = try await sample.request(by: route)
            let date = try Self.seconds("Date", answer)
            #expect(before <= date && date <= time(nil), "\(date - before)")
            seen.insert(date)
        }
    }

    @Test("D3: so it is in refusals, in redirections and in 304", arguments: Route.semantics)
    func everyStatus(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        let asked: [(String, [(String, String)], Int)] = [
            ("", [("If-None-Match", sample.tag)], 304), ("", [("If-Match", "\"x\"")], 412),
            ("", [("Range", "bytes=9999-")], 416), ("x", [], 404),
        ]
        for (suffix, fields, status) in asked {
            let before = time(nil)
            let answer = try await sample.request("GET", fields, query: suffix, by: suffix.isEmpty ? route : .router)
            #expect(answer.status == status)
            let date = try Self.seconds("Date", answer)
            #expect(before <= date && date <= time(nil), "\(status)")
        }
    }

    @Test("D3: and behind a pause of the whole process", arguments: Route.allCases)
    func paused(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        try await sample.warm()
        let probe = try await daemon.connect()
        _ = try await probe.request("GET", sample.path, route.fields)
        daemon.process.send(signal: SIGSTOP)
        try await probe.send("GET", sample.path, route.fields)
        // Pause: of the daemon, which is stopped; the request waits in its socket.
        try await Task.sleep(for: .milliseconds(2500))
        let before = time(nil)
        daemon.process.send(signal: SIGCONT)
        let date = try Self.seconds("Date", try await probe.receive())
        #expect(before <= date && date <= time(nil), "\(date - before)")
    }

    /// Gives a file a time of its own, in tree and record, as an archive that was unpacked or a clock that was set leaves it.
    private func setTime(_ seconds: Int, of record: Record) async throws {
        let site = try Daemon.current().site
        _ = try await site.sql(
            "UPDATE media.files SET modified_at = to_timestamp(\(seconds)) WHERE id = '\(record.id)'"
        )
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        try #require(utimensat(AT_FDCWD, site.place(record.path), [time, time], 0) == 0)
    }

    @Test("D3: Last-Modified of a file from the future is Date, and conditions still work", arguments: Route.semantics)
    func future(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
        if route == .fast { try await sample.warm() }
        try await self.setTime(time(nil) + 86_400, of: sample.record)
        func ask(_ method: String, _ fields: [(String, String)], _ query: String = "") async throws -> ProbeResponse {
            let answer =
                route == .http2
                ? try await daemon.curl(.http2, method, sample.path + query, fields)
                : try await daemon.request(method, sample.path + query, fields + route.fields)
            if let modified = answer["Last-Modified"] { #expect(modified == answer["Date"], "\(method) \(query)") }
            return answer
        }
        // The change is heard.
        try await requireEventually {
            let answer = try await daemon.request("GET", sample.path)
            let modified = answer["Last-Modified"]
            return answer.status == 200 && modified != sample.lastModified && modified == answer["Date"]
        }
        // More than once: a file that is asked for repeatedly is kept ready for the fast path.
        for _ in 1...5 {
            for (method, query, fields, status) in [
                ("GET", "", [], 200), ("HEAD", "", [], 200), ("GET", "", [("Range", "bytes=0-9")], 206),
                ("GET", "", [("Range", "bytes=0-1,5-6")], 206), ("GET", "?preset=w92", [], 200),
                ("HEAD", "?preset=w92", [], 200),
            ] as [(String, String, [(String, String)], Int)] {
                let answer = try await ask(method, fields, query)
                #expect(answer.status == status, "\(method) \(query)")
                #expect(answer["Last-Modified"] != nil)
            }
        }
        // The tag is the stronger one. The date that was told says nothing about what comes behind it.
        let told = try #require(try await ask("GET", [])["Last-Modified"])
        #expect(try await ask("GET", [("If-None-Match", sample.tag)]).status == 304)
        #expect(try await ask("GET", [("If-Modified-Since", told)]).status == 200)
        #expect(try await ask("GET", [("Range", "bytes=0-9"), ("If-Range", told)]).status == 200)
        #expect(try await ask("GET", [("Range", "bytes=0-9"), ("If-Range", sample.tag)]).status == 206)
        #expect(try await ask("GET", [("If-Match", sample.tag)]).status == 200)
        #expect(try await ask("GET", [("If-Unmodified-Since", told)]).status == 412)
    }

    @Test("D3: what is made of a video from the future has no later Last-Modified either")
    func video() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.video(), "collection=videos").record()
        try await self.setTime(time(nil) + 86_400, of: record)
        let path = "/files/\(record.path)"
        let told = try await daemon.request("HEAD", path)["Last-Modified"]
        try await requireEventually {
            let answer = try await daemon.request("HEAD", path)
            let modified = answer["Last-Modified"]
            return answer.status == 200 && modified != told && modified == answer["Date"]
        }
        for part in [
            "", "?preset=poster", "/hls/index.m3u8", "/hls/main-init.mp4", "/hls/main-0.m4s", "/storyboard/1.jpg",
        ] {
            for _ in 1...2 {
                let answer = try await daemon.request("GET", "/files/\(record.path)\(part)")
                #expect(answer.status == 200, "\(part)")
                guard let modified = answer["Last-Modified"] else { continue }
                #expect(modified == answer["Date"], "\(part)")
            }
        }
    }

    @Test("D3: when its time has come, the file has its own Last-Modified again, and the fast path takes it")
    func passed() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let moment = time(nil) + 3
        try await self.setTime(moment, of: sample.record)
        try await requireEventually {
            let answer = try await daemon.request("HEAD", sample.path)
            return try answer.isFast && Self.seconds("Last-Modified", answer) == moment
        }
        let answer = try await daemon.request("GET", sample.path)
        #expect(try Self.seconds("Last-Modified", answer) == moment)
        #expect(try Self.seconds("Date", answer) >= moment)
        let fields = [("If-Modified-Since", try #require(answer["Last-Modified"]))]
        for route in Route.allCases { #expect(try await sample.request("GET", fields, by: route).status == 304) }
    }
}
