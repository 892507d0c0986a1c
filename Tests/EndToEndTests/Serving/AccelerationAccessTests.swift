import MediaTesting
import Testing

@Suite(
    "The nginx file that the project ships",
    .daemon(configuration: Configurations.accelerated),
    .timeLimit(.minutes(3))
)
struct AccelerationAccessTests {
    @Test("keeps /metrics to this machine, however its path is written")
    func metrics() async throws {
        let daemon = try Daemon.current()
        let nginx = try await NginxProxy.start(inFrontOf: daemon)
        #expect(try await daemon.request("GET", "/metrics").status == 200)
        for path in [
            "/metrics", "/metrics/", "/metrics?x=1", "//metrics", "/./metrics", "/files/../metrics", "/%6detrics",
            "/metrics%3F", "/METRICS",
        ] {
            for method in ["GET", "HEAD", "OPTIONS", "POST"] {
                let answer = try await nginx.request(method, path)
                #expect((400..<500).contains(answer.status), "\(method) \(path): \(answer.status)")
            }
        }
        await nginx.stop()
    }

    @Test("lets read from outside, and keeps every change to this machine")
    func changes() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(Samples.png(), "collection=posters", daemon)
        let nginx = try await NginxProxy.start(inFrontOf: daemon)
        let record = "/api/media/\(sample.record.id)"
        for (method, path) in [
            ("POST", "/api/upload?collection=posters"), ("POST", "/api/uploads"), ("PATCH", "/api/uploads/x"),
            ("DELETE", "/api/uploads/x"), ("DELETE", record), ("PATCH", record), ("PUT", sample.record.url),
            ("DELETE", sample.record.url), ("POST", "//api//upload"), ("POST", "/%61pi/upload"),
        ] {
            let answer = try await nginx.request(method, path, [("Content-Length", "0")])
            #expect(answer.status == 403, "\(method) \(path): \(answer.status)")
        }
        let disguised = try await nginx.request("GET", record, [("X-HTTP-Method-Override", "DELETE")])
        #expect(disguised.status == 200)
        #expect(try await nginx.request("GET", sample.record.url).body == sample.bytes)
        #expect(try await nginx.request("HEAD", sample.record.url).status == 200)
        #expect(try await nginx.request("GET", "/api/media").status == 200)
        let preflight = [("Origin", "https://www.example.com"), ("Access-Control-Request-Method", "GET")]
        #expect(try await nginx.request("OPTIONS", sample.record.url, preflight).status < 300)
        await nginx.stop()
        #expect(try await daemon.request("DELETE", record).status < 300)
    }
}
