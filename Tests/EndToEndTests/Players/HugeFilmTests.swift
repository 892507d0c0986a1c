import Foundation
import Glibc
import MediaTesting
import Testing

/// A film whose end lies beyond what 32 bits can count.
@Suite("Players: a huge video", .daemon(configuration: Configurations.films), .serialized, .timeLimit(.minutes(10)))
struct HugeFilmTests {
    /// Bytes of the hole: 5 GiB, or as many GiB as the environment variable MEDIAD_TEST_FILM_GIB says.
    static let hole = (ProcessInfo.processInfo.environment["MEDIAD_TEST_FILM_GIB"].flatMap { Int($0) } ?? 5) << 30

    @Test("shows its last second at once to ffmpeg, mpv and Chromium, which get a few megabytes of it")
    func lastSecond() async throws {
        let daemon = try Daemon.current()
        let record = try await Self.adopted(by: daemon)
        #expect(record.size > Self.hole)
        try await Screening.show(record, by: daemon) { screening in
            let arguments = [
                "-v", "error", "-show_entries", "format=duration,size", "-of", "default=nw=1", screening.url,
            ]
            let probe = try await Player.run("ffprobe", arguments)
            #expect(probe.lines.contains("size=\(record.size)") && probe.errors.isEmpty, "\(probe.text)\(probe.errors)")
            let picture = "\(screening.folder)/frame.png"
            let seek = ["-v", "error", "-ss", "59.2", "-i", screening.url, "-frames:v", "1", picture]
            let ffmpeg = try await Player.run("ffmpeg", seek)
            #expect(ffmpeg.ending == .exited(0) && ffmpeg.errors.isEmpty, "\(ffmpeg.errors)")
            #expect(try await FilmPart.shown(in: picture) == .magenta)
            screening.expectJump(taking: 48 << 20)
        }
        try await Screening.show(record, by: daemon) { screening in
            let mpv = try await Player.run(
                "mpv",
                ["--no-config", "--vo=image", "--vo-image-format=png", "--vo-image-outdir=\(screening.folder)"]
                    + ["--no-audio", "--start=59.2", "--frames=1", screening.url],
                directory: screening.folder
            )
            #expect(mpv.ending == .exited(0), "\(mpv.text)\(mpv.errors)")
            #expect(try await FilmPart.shown(in: "\(screening.folder)/00000001.png") == .magenta)
            screening.expectJump(taking: 48 << 20)
        }
        try await Screening.show(record, by: daemon) { screening in
            try await Cinema.open(screening.url, in: screening.folder) { cinema in
                #expect(try await cinema.part() == .red)
                try await cinema.seek(to: 59.2)
                #expect(try await cinema.part() == .magenta)
                // By its clock this is a film of 90 MB a second, and it reads ahead as far as its buffers go: 50 MiB from wherever
                // it stands (kMaxBufferPreload of Chromium's multibuffer_data_source.cc), which is at the front, then at the end.
                screening.expectJump(taking: 112 << 20)
                try await cinema.seek(to: 15)
                #expect(try await cinema.part() == .lime)
            }
            screening.expectGoodAnswers()
        }
    }

    /// The film in the tree, mostly a hole on the disk, recorded where it lies.
    private static func adopted(by daemon: DaemonProcess) async throws -> Record {
        let path = "videos/\(uniqueName())/huge.mp4"
        let place = daemon.site.place(path)
        let folder = place.dropLast("/huge.mp4".count)
        try FileManager.default.createDirectory(atPath: String(folder), withIntermediateDirectories: true)
        try SparseFilm(try await Film.with(.front).bytes()).write(to: place, hole: hole)
        var information = stat()
        try #require(lstat(place, &information) == 0)
        #expect(information.st_size > hole && information.st_blocks * 512 < 64 << 20, "the hole is none")
        // It reads and hashes all of it.
        let outcome = try await daemon.site.run(["import", String(folder)], within: .seconds(300))
        #expect(
            outcome.ending == .exited(0) && outcome.text.contains("recorded \(path):"),
            "\(outcome.text)\(outcome.errors)"
        )
        let listed = try await daemon.request("GET", "/api/media?path=\(path)")
        return try #require(try Record.list(listed.body).first)
    }
}

extension Screening {
    /// Checks that a player jumped over the hole: it asked for what lies behind, and got little of what lies between.
    ///
    /// - Parameter bytes: what it takes at most, all in all.
    fileprivate func expectJump(taking bytes: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        expectGoodAnswers(sourceLocation: sourceLocation)
        let transfers = relay.transfers
        #expect(
            transfers.contains { ($0.firstPosition ?? 0) > HugeFilmTests.hole && $0.contentBytes > 0 },
            "\(transfers)",
            sourceLocation: sourceLocation
        )
        #expect(relay.contentBytes < bytes, "\(transfers)", sourceLocation: sourceLocation)
    }
}
