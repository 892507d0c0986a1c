import BrowserTesting
import MediaTesting
import Testing

extension PageStories {
    /// filmd and mediad killed in the middle of things, under an open page.
    @Suite(.serialized, .timeLimit(.minutes(4)))
    struct OutageTests {
        @Test(
            """
            filmd killed while a film is sent and uploaded: the page says so, goes on by itself, and nothing is \
            lost or doubled
            """
        )
        func service() async throws {
            let films = try await Films.start()
            let owner = try await films.makeAccount("service")
            let movie = try await owner.addMovie("Sunrise")
            let video = try await films.makeVideo("sent", .init(bytes: 40_000_000))
            let digest = try await films.digest(of: video)
            try await Visitor.meet("service", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner, at: "/movies/\(movie)")
                try await browser.awaitWorker()
                visitor.relay.stall(after: 10_000_000)
                try await visitor.attachTrailer(video)
                try await browser.until("document.querySelector('.upload progress')?.value > 0.1")
                // Said while the way is jammed, so that it is under way when filmd dies.
                try await visitor.comment("Under way", rating: 8)
                await films.service.kill9()
                visitor.relay.pass()
                try await browser.until("!document.querySelector('#connection').hidden")
                try await visitor.see("No connection.")
                try await visitor.comment("While it was away", rating: 9)
                _ = try await visitor.addMovie("Added while it was away")

                let again = try await films.startAnother(
                    front: films.front,
                    arguments: ["--port", "\(films.service.port)"]
                )
                try await browser.until("document.querySelector('#connection').hidden", within: .seconds(60))
                try await visitor.awaitSent(within: .seconds(90))
                let comments = try await owner.ask("GET", "/api/movies/\(movie)/comments")["comments"].elements
                #expect(Set(comments.compactMap { $0["text"].text }) == ["Under way", "While it was away"])
                #expect(comments.count == 2)
                #expect(try await owner.movies(titled: "Added while it was away").count == 1)
                #expect(try await films.storedVideos() == [digest])
                try await visitor.open("/movies/\(movie)")
                try await browser.until("document.querySelector('.player video[src]')")
                #expect(try await again.terminate() == .exited(0))
            }
            #expect(try await films.media.terminate() == .exited(0))
            try await films.site.remove()
        }

        @Test(
            """
            mediad killed while a trailer plays: what needs no file goes on, the page says what does not, and \
            all goes on after the restart
            """
        )
        func media() async throws {
            let films = try await Films.start()
            let owner = try await films.makeAccount("media")
            let guest = try await films.makeAccount("guest")
            let movie = try await owner.addMovie("The General")
            try await owner.attach(
                trailer: try await films.makeVideo("snow", .init(seconds: 60, isSnow: true)),
                to: movie
            )
            try await Visitor.meet("media", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner, at: "/movies/\(movie)")
                try await browser.awaitWorker()
                try await browser.until("document.querySelector('.player video[src]')?.readyState > 0")
                try await browser.click(".big-play")
                try await browser.until("document.querySelector('.player video').currentTime > 0.5")
                await films.media.kill9()
                try await browser.run("document.querySelector('.player video').currentTime = 55")
                try await browser.until("!document.querySelector('.player > .problem').hidden")
                try await visitor.see("The trailer cannot be played now.")
                // Nothing of the page is away but the files: no word of a lost connection.
                #expect(try await browser.run("return document.querySelector('#connection').hidden") == true)

                try await visitor.comment("Said meanwhile", rating: 7)
                let saved = try await visitor.addMovie("Saved meanwhile", poster: "\(Films.fixtures)/photo.jpg")
                try await requireEventually(within: .seconds(40)) {
                    try await guest.movies(titled: "Saved meanwhile").count == 1
                }
                try await visitor.go(to: "/waiting")
                try await visitor.see("will be tried again: The service for files cannot be reached.")
                try await browser.until("document.querySelectorAll('.entry').length === 1")
                try await requireEventually(within: .seconds(40)) {
                    let readiness = try await films.service.request("GET", "/readyz")
                    return readiness.status == 200 && !readiness.text.contains("\"media\":\"ok\"")
                }

                try await visitor.open("/movies/\(movie)")
                try await browser.until("document.querySelector('.player .big-play')")
                try await browser.click(".big-play")
                try await visitor.see("The trailer cannot be played now.")
                let again = try await films.site.start(
                    environment: Films.mediaEnvironment,
                    arguments: ["--port", "\(films.media.port)"]
                )
                // By itself: nobody presses anything.
                try await browser.until(
                    "document.querySelector('.player video').currentTime > 0.5",
                    within: .seconds(90)
                )
                #expect(try await browser.run("return document.querySelector('.player > .problem').hidden") == true)
                try await visitor.awaitSent(within: .seconds(90))
                try await requireEventually(within: .seconds(40)) {
                    try await guest.ask("GET", "/api/movies/\(saved)")["posterFileId"].text != nil
                }
                #expect(
                    try await films.site.sql("SELECT count(*) FROM media.files WHERE collection = 'posters'") == ["1"]
                )
                let comments = try await owner.ask("GET", "/api/movies/\(movie)/comments")["comments"].elements
                #expect(comments.compactMap { $0["text"].text } == ["Said meanwhile"])
                #expect(try await films.service.terminate() == .exited(0))
                #expect(try await again.terminate() == .exited(0))
            }
            try await films.site.remove()
        }
    }
}

extension Visitor {
    /// Waits until nothing waits to be sent any more, pauses between attempts included.
    fileprivate func awaitSent(within patience: Duration) async throws {
        try await self.browser.until(
            "document.querySelector('#bar:not([hidden])') && !document.querySelector('#bar .count-badge')",
            within: patience
        )
    }
}
