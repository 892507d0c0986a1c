import BrowserTesting
import MediaTesting
import PostgresCluster
import Testing

@Suite("Players: Chromium", .daemon(configuration: Configurations.films), .serialized, .timeLimit(.minutes(3)))
struct ChromiumTests {
    @Test("seeks forth and back in a video, and asks for ranges with If-Range", arguments: Film.Index.allCases)
    func seeks(index: Film.Index) async throws {
        try await Screening.with(index) { screening in
            try await Cinema.open(screening.url, in: screening.folder) { cinema in
                #expect(abs(try await cinema.number("duration") - 60) < 0.1)
                #expect(try await cinema.number("seekable.end(0)") == cinema.number("duration"))
                #expect(try await cinema.part() == .red)
                for (second, part) in [(57.5, FilmPart.magenta), (25, .blue), (45.2, .cyan)] {
                    try await cinema.seek(to: second)
                    #expect(try await cinema.part() == part, "at \(second)")
                }
                try await cinema.play(past: 45.6)
                #expect(try await cinema.part() == .cyan)
            }
            screening.expectGoodAnswers()
            let transfers = screening.relay.transfers
            // Those that it gave up for another place before the answer came are not judged.
            let ranges = transfers.filter { $0.request["Range"] != nil && $0.answer != nil }
            #expect(ranges.count >= 3, "\(transfers)")
            let tag = "\"\(screening.record.sha256.prefix(32))\""
            for range in ranges {
                // What it has already it asks for with If-None-Match, what is new with If-Range; the first with neither, and what it fetches
                // past its cache while another of its requests writes there.
                if range.request["If-None-Match"] != nil {
                    #expect(range.request["If-None-Match"] == tag && range.status == 304, "\(range)")
                } else {
                    #expect([tag, nil].contains(range.request["If-Range"]), "\(range)")
                    #expect(
                        range.status == 206 && range.answer?["Content-Range"]?.hasPrefix("bytes ") == true,
                        "\(range)"
                    )
                }
            }
            #expect(ranges.contains { $0.request["If-Range"] == tag }, "\(transfers)")
        }
    }
}

/// A headless Chromium that shows one film and nothing else.
struct Cinema: Sendable {
    private let browser: Browser

    private static let video = "document.querySelector('video')"

    /// Opens a film by its address and runs `body` when it can be shown; it does not play.
    static func open(_ url: String, in folder: String, _ body: (Cinema) async throws -> Void) async throws {
        try await self.run(in: folder, body) { browser in try await browser.open(url) }
    }

    /// Opens a film by the address of its stream, in an element on a page of the same server.
    static func open(stream url: String, in folder: String, _ body: (Cinema) async throws -> Void) async throws {
        try await self.run(in: folder, body) { browser in
            let server = url.split(separator: "/").prefix(2).joined(separator: "//")
            try await browser.open("\(server)/healthz")
            try await browser.run(
                """
                const video = document.createElement("video");
                video.muted = true;
                video.src = arguments[0];
                document.body.append(video);
                """,
                .string(url)
            )
        }
    }

    private static func run(
        in folder: String,
        _ body: (Cinema) async throws -> Void,
        opening open: (Browser) async throws -> Void
    ) async throws {
        let home = "\(folder)/browser"
        try FileOperations.makeDirectory(home, mode: 0o700)
        let browser = try await Browser.start(language: "en-GB", home: home)
        do {
            try await open(browser)
            try await browser.until("\(video)?.readyState >= 2")
            try await browser.run("\(video).pause(); \(video).muted = true")
            let cinema = Cinema(browser: browser)
            try await cinema.seek(to: 0)
            try await body(cinema)
            #expect(try await browser.run("return \(video).error") == .null)
        } catch {
            await browser.stop()
            throw error
        }
        await browser.stop()
    }

    /// A property of the video element.
    func number(_ property: String) async throws -> Double {
        try #require(try await browser.run("return \(Self.video).\(property)").number)
    }

    /// Seeks and waits until the frame is there.
    func seek(to second: Double) async throws {
        try await browser.run("\(Self.video).currentTime = \(second)")
        try await browser.until("!\(Self.video).seeking && \(Self.video).readyState >= 2")
        #expect(abs(try await number("currentTime") - second) < 0.1)
    }

    /// Plays until a time is passed, and pauses.
    func play(past second: Double) async throws {
        try await browser.run("return \(Self.video).play()")
        try await browser.until("\(Self.video).currentTime > \(second)")
        try await browser.run("\(Self.video).pause()")
    }

    /// The part of the film that is on the screen.
    func part() async throws -> FilmPart? {
        let pixel = try await browser.run(
            """
            const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
            canvas.width = canvas.height = 1;
            context.drawImage(\(Self.video), 0, 0, 1, 1);
            return [...context.getImageData(0, 0, 1, 1).data];
            """
        )
        return FilmPart(pixel: pixel.elements.compactMap { $0.number.map { Int($0) } })
    }
}
