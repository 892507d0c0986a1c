import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("mediad import", .serialized, .timeLimit(.minutes(3)))
struct ImportTests {
    /// A tree that somebody made by hand, or an older application left.
    private func makeTree(_ site: DaemonSite) throws -> [String: [UInt8]] {
        let good: [String: [UInt8]] = [
            "avatars/user123.jpg": try Samples.jpeg(), "posters/1.jpg": try Samples.jpeg(),
            "posters/1.png": Samples.png(),
            "videos/trailers/movie1.mp4": try Samples.video(), "posters/été à la mer.jpg": try Samples.jpeg(),
            // The name lies about the bytes; the record does not.
            "posters/really-a-png.jpg": Samples.png(),
        ]
        let bad: [String: [UInt8]] = [
            "posters/script.jpg": Array("<?php ?>\n".utf8), "posters/empty.jpg": [],
            "posters/cut.jpg": try Samples.fixture("truncated.jpg"),
            "unknown/x.jpg": try Samples.jpeg(), "posters/.hidden.jpg": try Samples.jpeg(),
            "top.jpg": try Samples.jpeg(),
        ]
        for (path, bytes) in good.merging(bad, uniquingKeysWith: { $1 }) {
            let place = URL(fileURLWithPath: site.place(path))
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: place)
        }
        #expect(symlink("/etc/passwd", site.place("posters/link.jpg")) == 0)
        #expect(symlink("/etc", site.place("posters/folder")) == 0)
        #expect(mkfifo(site.place("posters/pipe.jpg"), 0o644) == 0)
        return good
    }

    @Test("records what is good, in place, says of the rest why not, and does it once")
    func tree() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let good = try makeTree(site)
        let before = site.filesInTree
        let outcome = try await site.run(["import"])
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        for path in good.keys {
            #expect(outcome.lines.contains { $0.hasPrefix("recorded \(path):") }, "\(path) in \(outcome.text)")
        }
        for path in [
            "posters/script.jpg", "posters/empty.jpg", "posters/cut.jpg", "unknown/x.jpg", "posters/.hidden.jpg",
            "top.jpg",
            "posters/link.jpg", "posters/folder", "posters/pipe.jpg",
        ] {
            #expect(outcome.lines.contains { $0.hasPrefix("skipped \(path):") }, "\(path) in \(outcome.text)")
        }
        #expect(site.filesInTree == before)
        let again = try await site.run(["import"])
        #expect(!again.lines.contains { $0.hasPrefix("recorded ") }, "\(again.text)")
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            for (path, bytes) in good {
                let listed = try await daemon.request("GET", "/api/media?path=\(path.addingPercentEncoding)")
                let record = try #require(try Record.list(listed.body).first, "\(path)")
                #expect(record.path == path)
                #expect(record.sha256 == Samples.sha256(bytes))
                #expect(try await daemon.request("GET", record.url).body == bytes, "\(path)")
            }
            let png = try await daemon.request("GET", "/files/posters/really-a-png.jpg")
            #expect(png["Content-Type"] == "image/png")
            #expect(try await daemon.request("GET", "/files/posters/link.jpg").status != 200)
            // An imported poster is replaced like any other.
            let replaced = try await daemon.upload(try Samples.jpeg(), "collection=avatars&name=user123").record()
            #expect(replaced.path == "avatars/user123.jpg")
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("of one folder records that folder, named by its place in the tree, beside a running daemon")
    func folder() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            _ = try makeTree(site)
            let outcome = try await site.run(["import", "\(site.root)/files/videos"])
            #expect(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
            #expect(outcome.lines.contains { $0.hasPrefix("recorded videos/trailers/movie1.mp4:") })
            #expect(!outcome.text.contains("posters/"))
            #expect(try await daemon.request("GET", "/files/videos/trailers/movie1.mp4").status == 200)
            #expect(try await daemon.request("GET", "/files/posters/1.jpg").status == 404)
            let elsewhere = try await site.run(["import", "/etc"])
            #expect(elsewhere.ending == .exited(2))
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }
}

extension String {
    /// With everything but letters, digits, `/`, `.` and `-` percent-encoded.
    var addingPercentEncoding: String {
        utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                byte < 0x80
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "/.-".unicodeScalars.contains(scalar))
            return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
