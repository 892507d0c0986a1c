import BrowserTesting
import MediaTesting
import Testing

extension PageStories {
    /// The player, in real browsers.
    @Suite(.serialized, .timeLimit(.minutes(4)))
    struct TrailerTests {
        @Test(
            """
            S11: The trailer plays, seeks and resumes on the person's other device; renamed or replaced, its \
            place stays
            """
        )
        func devices() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("devices")
            let movie = try await owner.addMovie("Metropolis")
            let contents = Films.VideoContents(seconds: 48, hasChapters: true, hasSubtitles: true)
            try await owner.attach(trailer: try await films.makeVideo("trailer", contents), to: movie)
            try await Visitor.meet("desk", "sofa", at: films) { visitors in
                let (desk, sofa) = (visitors[0], visitors[1])
                try await desk.arrive(as: owner, at: "/movies/\(movie)")
                try await sofa.arrive(as: owner)
                try await desk.plays()
                try await desk.seeks()
                let place = try await desk.browser.run("return document.querySelector('.player video').currentTime")
                try await desk.awaitSent()

                // The list on the other device shows it by itself, and the film is resumed there.
                try await sofa.browser.until("document.querySelector('.card .watched-bar')")
                try await sofa.open("/movies/\(movie)")
                try await sofa.browser.until("document.querySelector('.resume')")
                try await sofa.browser.click(".resume")
                try await sofa.browser.until(
                    "document.querySelector('.player video').currentTime > arguments[0] - 1",
                    place
                )
                try await sofa.browser.run("document.querySelector('.player video').pause()")
                try await sofa.awaitSent()

                // Renamed here, replaced past both pages: both see it, and the place is the same.
                let watched = try await owner.history(of: movie)
                try await sofa.browser.click(".film-head [data-key=edit]")
                try await sofa.fill("Title", with: "Metropolis, restored")
                try await sofa.browser.click("dialog form .primary")
                try await desk.browser.until(
                    "document.querySelector('.film-head h1').textContent === 'Metropolis, restored'"
                )
                let before = try await owner.ask("GET", "/api/movies/\(movie)")["trailerFileId"].text
                try await owner.attach(
                    trailer: try await films.makeVideo("restored", .init(seconds: 50)),
                    to: movie
                )
                #expect(try await owner.ask("GET", "/api/movies/\(movie)")["trailerFileId"].text != before)
                #expect(try await owner.history(of: movie) == watched)
                try await desk.open("/movies/\(movie)")
                try await desk.browser.until("document.querySelector('.resume')")
                try await desk.browser.click(".resume")
                try await desk.browser.until("document.querySelector('.player video').duration > 49")
                try await desk.browser.until(
                    "document.querySelector('.player video').currentTime > arguments[0] - 1",
                    place
                )
            }
        }

        @Test("Signed addresses are renewed before they end, while it plays, without a jump")
        func renewed() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("renewed")
            let movie = try await owner.addMovie("The General")
            try await owner.attach(trailer: try await films.makeVideo("long", .init(seconds: 60)), to: movie)
            let service = try await films.startAnother(
                front: films.front,
                environment: ["FILMD_MEDIA_ADDRESS_LIFETIME": "15s"]
            )
            try await Visitor.meet("renewed", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                visitor.relay.lead(to: service.port)
                try await visitor.arrive(as: owner, at: "/movies/\(movie)")
                try await browser.until("document.querySelector('.player video[src]')")
                let first = try await browser.run("return document.querySelector('.player video').src")
                try await browser.click(".big-play")
                try await browser.until("document.querySelector('.player video').currentTime > 0.5")
                // Looks at each frame: where the film that is seen stands, and from which address it comes.
                try await browser.run(
                    """
                    window.seen = { jumps: [], sources: [], pauses: 0, frames: 0 };
                    let last = null;
                    const look = (now) => {
                      const video = document.querySelector(".player video:not(.is-coming)");
                      if (video?.src) {
                        window.seen.frames += 1;
                        if (window.seen.sources.at(-1) !== video.src) window.seen.sources.push(video.src);
                        if (last) {
                          const shift = video.currentTime - last.place, passed = (now - last.now) / 1000;
                          if (shift < -0.25 || shift > passed + 1) window.seen.jumps.push([last.place, video.currentTime]);
                        }
                        last = { place: video.currentTime, now };
                      }
                      requestAnimationFrame(look);
                    };
                    requestAnimationFrame(look);
                    """
                )
                // Twice.
                try await browser.until("window.seen.sources.length >= 3", within: .seconds(60))
                let place = try await browser.run(
                    "return document.querySelector('.player video:not(.is-coming)').currentTime"
                )
                try await browser.until(
                    "document.querySelector('.player video:not(.is-coming)').currentTime > arguments[0] + 0.5",
                    place
                )
                #expect(try await browser.run("return window.seen.jumps") == [])
                #expect(
                    try await browser.run("return document.querySelectorAll('.player video').length").number ?? 0 <= 2
                )
                try await browser.until(
                    "fetch(arguments[0], { headers: { Range: 'bytes=0-0' } }).then((response) => response.status === 403)",
                    first
                )
            }
            #expect(try await service.terminate() == .exited(0))
        }
    }
}

extension Visitor {
    /// Plays the trailer of the film that is shown, from its beginning.
    fileprivate func plays() async throws {
        try await self.browser.until("document.querySelector('.player video[src]')?.readyState > 0")
        try await self.browser.click(".big-play")
        try await self.browser.until("document.querySelector('.player video').currentTime > 1")
        // What is seen is the film, not a black window.
        #expect(try await self.browser.colours(of: ".player video") > 10)
    }

    /// Seeks by keyboard and chapter, with a picture of the place that is pointed at, and with subtitles.
    fileprivate func seeks() async throws {
        let browser = self.browser
        try await browser.type("\u{E014}\u{E014}", into: ".player .seek")
        try await browser.until("document.querySelector('.player video').currentTime > 10")
        try await browser.click(".player .chapters summary")
        try await browser.until("document.querySelectorAll('.player .chapters li').length === 3")
        try await browser.click(".player .chapters li:nth-child(3) button")
        try await browser.until("document.querySelector('.player video').currentTime >= 32")
        try await browser.run("document.querySelector('.player video').pause()")
        try await browser.until("document.querySelector('.chapter-name').textContent === 'Night'")
        try await browser.click(".player [aria-label=Subtitles]")
        try await browser.until("document.querySelector('.player video').textTracks[0].activeCues?.length > 0")
        let words = try await browser.run(
            "return document.querySelector('.player video').textTracks[0].activeCues[0].text"
        )
        #expect(words.text?.hasPrefix("Second ") == true)
        try await browser.until(
            """
            (() => {
              const bar = document.querySelector(".seek-bar"), { left, width, top } = bar.getBoundingClientRect();
              bar.dispatchEvent(new PointerEvent("pointermove", { clientX: left + width / 2, clientY: top + 2, bubbles: true }));
              return document.querySelector(".seek-hint:not([hidden]) .hint-picture:not([hidden])")?.style.backgroundImage;
            })()
            """.replacing("\n", with: " ")
        )
        let sheet = try await browser.run(
            """
            const address = /url\\("(.*)"\\)/.exec(document.querySelector(".hint-picture").style.backgroundImage)[1];
            return fetch(address).then(({ status, headers }) => `${status} ${headers.get("content-type")}`);
            """
        )
        #expect(sheet.text?.hasPrefix("200 image/") == true)
    }
}

extension Account {
    /// Where the person has left a film, and whether they have seen it.
    fileprivate func history(of movie: String) async throws -> [JSONValue] {
        let one = try await self.ask("GET", "/api/movies/\(movie)/history")
        return [one["positionSeconds"], one["watched"]]
    }
}
