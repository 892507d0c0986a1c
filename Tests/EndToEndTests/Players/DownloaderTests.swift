import FoundationEssentials
import MediaTesting
import Testing

@Suite("Players: downloaders", .daemon(configuration: Configurations.films), .serialized, .timeLimit(.minutes(3)))
struct DownloaderTests {
    @Test("curl gets the range that it asks for")
    func curlRange() async throws {
        try await Screening.with(.front) { screening in
            let bytes = try await Film.with(.front).bytes()
            for (range, part) in [("100-199", 100...199), ("-5", bytes.count - 5...bytes.count - 1), ("0-0", 0...0)] {
                let outcome = try await Player.run(
                    "curl",
                    ["-sS", "-r", range, "-w", "%{stderr}%{http_code}", screening.url]
                )
                #expect(outcome.ending == .exited(0) && outcome.errors == "206", "\(outcome.errors)")
                #expect(outcome.bytes == Array(bytes[part]))
                #expect(screening.relay.transfers.last?.request["Range"] == "bytes=\(range)")
                #expect(screening.relay.transfers.last?.contentLength == part.count)
            }
            screening.expectGoodAnswers()
        }
    }

    @Test("curl -C - gets what is missing, and nothing when nothing is")
    func curlResumes() async throws {
        try await Screening.with(.front) { screening in
            let bytes = try await Film.with(.front).bytes()
            let path = try screening.file(bytes.prefix(10_000_000))
            for status in ["206", "416"] {
                let arguments = ["-sS", "-C", "-", "-o", path, "-w", "%{http_code}", screening.url]
                let outcome = try await Player.run("curl", arguments)
                #expect(outcome.ending == .exited(0) && outcome.text == status, "\(outcome.text)\(outcome.errors)")
                try screening.expect(bytes, at: path)
            }
            let transfers = screening.relay.transfers
            #expect(transfers.map { $0.request["Range"] } == ["bytes=10000000-", "bytes=\(bytes.count)-"])
            #expect(transfers.map(\.contentBytes).first == bytes.count - 10_000_000)
            #expect(transfers.last?.answer?["Content-Range"] == "bytes */\(bytes.count)")
            screening.expectGoodAnswers()
        }
    }

    @Test("curl --etag-compare gets nothing a second time")
    func curlTags() async throws {
        try await Screening.with(.front) { screening in
            let tag = "\(screening.folder)/tag"
            let save = ["-sS", "--etag-save", tag, "-o", "/dev/null", screening.url]
            #expect(try await Player.run("curl", save).ending == .exited(0))
            let compare = ["-sS", "--etag-compare", tag, "-o", "/dev/null", "-w", "%{http_code} %{size_download}"]
            let outcome = try await Player.run("curl", compare + [screening.url])
            #expect(outcome.text == "304 0")
            #expect(screening.relay.transfers.map(\.status) == [200, 304])
            #expect(
                screening.relay.transfers.last?.request["If-None-Match"] == "\"\(screening.record.sha256.prefix(32))\""
            )
            screening.expectGoodAnswers()
        }
    }

    @Test("wget -c gets what is missing")
    func wgetPart() async throws {
        try await Screening.with(.front) { screening in
            let bytes = try await Film.with(.front).bytes()
            let path = try screening.file(bytes.prefix(12_345_678))
            let outcome = try await Player.run("wget", ["-c", "-nv", "-O", path, screening.url])
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            try screening.expect(bytes, at: path)
            #expect(screening.relay.transfers.map { $0.request["Range"] } == ["bytes=12345678-"])
            #expect(screening.relay.transfers.map(\.status) == [206])
            #expect(screening.relay.contentBytes == bytes.count - 12_345_678)
            screening.expectGoodAnswers()
        }
    }

    @Test("wget -c on a whole file sees by the 416 that it has all")
    func wgetWhole() async throws {
        try await Screening.with(.front) { screening in
            let bytes = try await Film.with(.front).bytes()
            let path = try screening.file(bytes[...])
            let outcome = try await Player.run("wget", ["-c", "-O", path, screening.url])
            #expect(outcome.ending == .exited(0))
            #expect(outcome.errors.contains("The file is already fully retrieved; nothing to do."), "\(outcome.errors)")
            try screening.expect(bytes, at: path)
            let transfer = try #require(screening.relay.transfers.last)
            #expect(screening.relay.transfers.count == 1 && transfer.status == 416)
            #expect(transfer.answer?["Content-Range"] == "bytes */\(bytes.count)")
        }
    }

    @Test("aria2 with eight connections puts the file together byte for byte")
    func aria2() async throws {
        try await Screening.with(.front) { screening in
            let bytes = try await Film.with(.front).bytes()
            let outcome = try await Player.run(
                "aria2c",
                ["--no-conf", "-x8", "-s8", "-k1M", "--file-allocation=none", "-d", screening.folder, "-o", "film.mp4"]
                    + ["--checksum=sha-256=\(screening.record.sha256)", screening.url]
            )
            #expect(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
            #expect(outcome.text.contains("Verification finished successfully"))
            try screening.expect(bytes, at: "\(screening.folder)/film.mp4")
            // A plain GET first, which tells it the length and that ranges are to be had; then all the others.
            let transfers = screening.relay.transfers
            #expect(transfers.filter { $0.status == 206 }.count >= 7, "\(transfers)")
            #expect(Set(transfers.compactMap(\.firstPosition)).count >= 8, "\(transfers)")
            screening.expectGoodAnswers()
        }
    }
}

extension Screening {
    /// Writes a file that a downloader goes on with.
    fileprivate func file(_ bytes: ArraySlice<UInt8>) throws -> String {
        let path = "\(folder)/film.mp4"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    fileprivate func expect(
        _ bytes: [UInt8],
        at path: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let written = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(written.count == bytes.count, sourceLocation: sourceLocation)
        #expect(Samples.sha256(written) == record.sha256, sourceLocation: sourceLocation)
    }
}
