import FoundationEssentials
import MediaTesting
import Testing

/// One after the other, with a daemon of its own: what it reads is counted.
@Suite("Videos over TLS", .daemon(), .serialized, .timeLimit(.minutes(3)))
struct SecureFilmTests {
    @Test("I9: a video comes whole, and one that its client leaves is not read on", arguments: CurlVersion.allCases)
    func film(version: CurlVersion) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 60 << 20)
        let sample = try await ServedSample(bytes, "collection=videos", daemon)
        sample.expectWhole(try await daemon.curl(version, "GET", sample.path))
        let before = try daemon.bytesRead()
        let left = try await daemon.curl(
            version,
            sample.path,
            ["--limit-rate", "1M", "--max-time", "1", "--output", "/dev/null"]
        )
        #expect(left.ending == .exited(28))
        #expect(try daemon.bytesRead() - before < version.mostTaken)
        sample.expectPart(try await daemon.curl(version, "GET", sample.path, [("Range", "bytes=5-9")]), 5...9)
    }
}

extension CurlVersion {
    /// Bytes of a film that are on their way to a client which reads slowly: what the sockets of both sides hold, over HTTP/2 also
    /// curl's window of 32 MiB.
    fileprivate var mostTaken: Int { self == .http2 ? 50 << 20 : 16 << 20 }
}

extension DaemonProcess {
    /// Bytes that the daemon has read so far, from files and sockets (proc(5), /proc/[pid]/io).
    fileprivate func bytesRead() throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process.processID)/io", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("rchar:") })
        return try #require(Int(line.dropFirst("rchar: ".count)))
    }
}
