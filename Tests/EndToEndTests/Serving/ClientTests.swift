import AsyncHTTPClient
import MediaTesting
import NIOCore
import NIOHTTP1
import Testing

@Suite("Real clients", .daemon(), .timeLimit(.minutes(3)))
struct ClientTests {
    @Test("AsyncHTTPClient sees the same as the raw socket")
    func asyncHTTPClient() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let cases: [(NIOHTTP1.HTTPMethod, [(String, String)], Int, [UInt8])] = [
            (.GET, [], 200, sample.bytes), (.HEAD, [], 200, []),
            (.GET, [("Range", "bytes=5-9")], 206, Array(sample.bytes[5...9])),
            (.GET, [("Range", "bytes=-10")], 206, Array(sample.bytes.suffix(10))),
            (.GET, [("If-None-Match", sample.tag)], 304, []),
            (.GET, [("Range", "bytes=990-"), ("If-Range", sample.tag)], 206, Array(sample.bytes[990...])),
            (.GET, [("Range", "bytes=990-"), ("If-Range", "\"x\"")], 200, sample.bytes),
        ]
        for (method, fields, status, bytes) in cases {
            var request = HTTPClientRequest(url: daemon.url + sample.path)
            request.method = method
            request.headers = HTTPHeaders(fields)
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            let body = try await response.body.collect(upTo: 1 << 20)
            #expect(Int(response.status.code) == status, "\(fields)")
            #expect(Array(body.readableBytesView) == bytes, "\(fields)")
        }
        for (fields, status) in [([("Range", "bytes=1000-")], 416), ([("If-Match", "\"x\"")], 412)] {
            var request = HTTPClientRequest(url: daemon.url + sample.path)
            request.headers = HTTPHeaders(fields)
            #expect(Int(try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status.code) == status)
        }
    }

    @Test("AsyncHTTPClient uploads a stream and reads it back")
    func stream() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 6 << 20)
        var request = HTTPClientRequest(url: "\(daemon.url)/api/upload?collection=videos")
        request.method = .POST
        let chunks = AsyncStream { continuation in
            for start in stride(from: 0, to: bytes.count, by: 100_000) {
                continuation.yield(ByteBuffer(bytes: bytes[start..<min(start + 100_000, bytes.count)]))
            }
            continuation.finish()
        }
        request.body = .stream(chunks, length: .unknown)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let answer = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        let record = try #require(try Record.list(answer).first)
        #expect(record.sha256 == Samples.sha256(bytes))
        let download = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: daemon.url + record.url),
            timeout: .seconds(60)
        )
        #expect(Array(try await download.body.collect(upTo: 32 << 20).readableBytesView) == bytes)
    }

    @Test("ffprobe reads a video over HTTP, and ffmpeg seeks in it")
    func ffmpeg() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.video(), "collection=videos").record()
        let probe = try await ChildProcess.run(
            .init(
                "ffprobe",
                [
                    "-v", "error", "-seekable", "1", "-show_entries", "format=duration:stream=codec_name,width,height",
                    "-of", "default=nw=1",
                    daemon.url + record.url,
                ]
            )
        )
        #expect(probe.ending == .exited(0), "\(probe.errors)")
        #expect(probe.lines.contains("codec_name=h264"))
        #expect(probe.lines.contains("width=1280"))
        let duration = probe.lines.first { $0.hasPrefix("duration=") }.flatMap { Double($0.dropFirst(9)) }
        #expect(abs((duration ?? 0) - 5) < 0.5)
        // One frame at 4 s: what lies between is skipped by a range request.
        let frame = try await ChildProcess.run(
            .init(
                "ffmpeg",
                [
                    "-v", "error", "-ss", "4", "-i", daemon.url + record.url, "-frames:v", "1", "-f", "image2pipe",
                    "-c:v", "mjpeg", "-",
                ]
            )
        )
        #expect(frame.ending == .exited(0), "\(frame.errors)")
        #expect(frame.bytes.starts(with: [0xFF, 0xD8, 0xFF]))
    }
}
