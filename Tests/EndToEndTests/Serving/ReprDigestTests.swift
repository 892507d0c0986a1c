import Crypto
import FoundationEssentials
import MediaTesting
import Testing

@Suite("Repr-Digest", .daemon(), .timeLimit(.minutes(3)))
struct ReprDigestTests {
    private static let wanted = ("Want-Repr-Digest", "sha-256=1")

    private func value(_ bytes: [UInt8]) -> String {
        "sha-256=:\(Data(SHA256.hash(data: bytes)).base64EncodedString()):"
    }

    @Test("H5: is that of the whole file, in whole and in parts, for GET and HEAD")
    func whole() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let cases: [(String, [(String, String)], Int)] = [
            ("GET", [], 200), ("HEAD", [], 200), ("GET", [("Range", "bytes=0-1")], 206),
            ("GET", [("Range", "bytes=-1")], 206), ("GET", [("Range", "bytes=0-1,5-6")], 206),
            ("HEAD", [("Range", "bytes=0-1")], 200), ("GET", [("Range", "bytes=0-1"), ("If-Range", sample.tag)], 206),
        ]
        for (method, fields, status) in cases {
            for path in [sample.path, "/api\(sample.path)", sample.record.url, "\(sample.path)?download"] {
                let answer = try await daemon.request(method, path, fields + [Self.wanted])
                #expect(answer.status == status, "\(method) \(path) \(fields)")
                #expect(answer.all("Repr-Digest") == [value(sample.bytes)], "\(method) \(path) \(fields)")
                #expect(answer["Content-Digest"] == nil)
            }
        }
    }

    @Test("H5: comes only with the file: not with 304, 404, 412, 416, nor with a thumbnail")
    func notOtherwise() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
        let cases: [(String, [(String, String)], Int)] = [
            (sample.path, [("If-None-Match", sample.tag)], 304), (sample.path, [("If-Match", "\"x\"")], 412),
            (sample.path, [("Range", "bytes=9999999-")], 416), ("/files/posters/nothing.jpg", [], 404),
            ("\(sample.path)?preset=w92", [], 200),
        ]
        for (path, fields, status) in cases {
            let answer = try await daemon.request("GET", path, fields + [Self.wanted])
            #expect(answer.status == status)
            #expect(answer["Repr-Digest"] == nil, "\(status)")
        }
    }

    @Test(
        "H5: SHA-256 has to be wanted, with a weight",
        arguments: [
            (["sha-256=10"], true), (["sha-512=10, sha-256=1"], true), (["sha-512=10", "sha-256=3"], true),
            (["sha-256=5;x=y"], true), (["  sha-256=2  "], true), (["sha-256=0"], false), (["sha-256=11"], false),
            (["sha-256=-1"], false), (["sha-512=10"], false), (["sha-256"], false), (["sha-256=1.5"], false),
            (["SHA-256=1"], false), (["sha-256=1, sha-256=0"], false), (["sha-256=0", "sha-256=1"], true),
            (["sha-256=1,"], false), (["nonsense !"], false), ([""], false), (["sha-256=\"1\""], false),
            ([String(repeating: "a=1, ", count: 1000) + "sha-256=1"], false),
        ] as [([String], Bool)]
    )
    func weights(values: [String], isWanted: Bool) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let answer = try await daemon.request("GET", sample.path, values.map { ("Want-Repr-Digest", $0) })
        sample.expectWhole(answer, "\(values)")
        #expect((answer["Repr-Digest"] != nil) == isWanted, "\(values)")
    }

    @Test("H5: is not there when nobody asks")
    func unasked() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for fields in [[], [("Want-Content-Digest", "sha-256=1")], [("Repr-Digest", value(sample.bytes))]] {
            #expect(try await daemon.request("GET", sample.path, fields)["Repr-Digest"] == nil)
        }
    }

    @Test("H5: follows the version")
    func replaced() async throws {
        let daemon = try Daemon.current()
        let query = "collection=posters&name=\(uniqueName())"
        for bytes in [try Samples.jpeg(), try Samples.jpeg()] {
            let record = try await daemon.upload(bytes, query).record()
            let answer = try await daemon.request("GET", "/files/\(record.path)", [Self.wanted])
            #expect(answer["Repr-Digest"] == value(bytes))
            #expect(answer.body == bytes)
        }
    }
}
