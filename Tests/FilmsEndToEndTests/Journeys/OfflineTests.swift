import BrowserTesting
import MediaTesting
import Testing

extension Journeys {
    /// What is done without a network.
    @Suite
    struct Offline {
        @Test(
            "S14: What one does without a network survives a reload and the browser's end, and is there once afterwards"
        )
        func killed() async throws {
            let films = try Films.current()
            let (emma, fabio) = (try await films.makeAccount("emma"), try await films.makeAccount("fabio"))
            _ = try await emma.addMovie("Before the journey")
            try await Visitor.meet("off-a", "off-b", at: films) { visitors in
                let (a, b) = (visitors[0], visitors[1])
                try await a.arrive(as: emma)
                try await b.arriveForLong(as: fabio)
                try await b.see("Before the journey")

                try await b.goOffline()
                try await b.see("No connection. What you do is kept here and sent later.")
                let id = try await b.addMovie("Nosferatu", poster: "\(Films.fixtures)/photo.jpg")
                try await b.comment("Written in the train", rating: 8)
                try await b.press("Favourites")
                try await b.browser.until("document.querySelector('[data-key=favourites]').ariaPressed === 'true'")
                try await b.go(to: "/me")
                try await b.press("Change the picture")
                try await b.choose("\(Films.fixtures)/exif-orientation/1.jpg", for: "Picture")
                try await b.press("Save")
                try await b.browser.until("document.querySelector('.me-picture canvas')")
                try await Self.awaitFive(b)
                try await b.go(to: "/waiting")
                for words in ["New film", "Poster", "Comment", "Added to a list", "Your picture"] {
                    try await b.see(words)
                }

                try await b.browser.reload()
                try await Self.awaitFive(b)
                await b.kill()
                try await b.start(at: "/movies/\(id)")
                try await b.see("Written in the train")
                try await b.browser.until("document.querySelector('.film-poster canvas.poster-preview')")
                try await Self.awaitFive(b)
                #expect(try await emma.movies(titled: "Nosferatu").isEmpty)

                try await b.comeBack()
                try await b.awaitSent()
                try await a.see("Nosferatu")
                try await a.go(to: "/movies/\(id)")
                try await a.see("Written in the train")
                try await a.browser.until("document.querySelector('.film-poster img')?.naturalWidth > 0")
                try await a.browser.until("document.querySelector('.comment .avatar img')?.naturalWidth > 0")
                #expect(try await a.browser.run("return document.querySelectorAll('.comment').length") == 1)
                try await Self.checkOnce(id, emma, fabio)
            }
        }

        private static func awaitFive(_ visitor: Visitor) async throws {
            try await visitor.browser.until("document.querySelector('#bar .count-badge span')?.textContent === '5'")
        }

        private static func checkOnce(_ id: String, _ emma: Account, _ fabio: Account) async throws {
            let movies = try await emma.movies(titled: "Nosferatu")
            #expect(movies.count == 1 && movies.first?["id"].text == id)
            #expect(movies.first?["poster"]["renditions"].elements.isEmpty == false)
            #expect(movies.first?["ratings"]["count"] == 1)
            let comments = try await emma.ask("GET", "/api/movies/\(id)/comments")["comments"].elements
            #expect(comments.map { $0["text"].text } == ["Written in the train"])
            #expect(try await fabio.items(of: "favourites") == [id])
            #expect(try await fabio.ask("GET", "/api/me")["avatarFileId"].text != nil)
        }

        @Test("S14: Who signs out with something waiting is asked; it stays that account's, whoever signs in next")
        func signOut() async throws {
            let films = try Films.current()
            let (greta, henri) = (try await films.makeAccount("greta"), try await films.makeAccount("henri"))
            let id = try await greta.addMovie("The Kid")
            try await Visitor.meet("out", at: films) { visitors in
                let b = visitors[0]
                try await b.arrive(as: greta, at: "/movies/\(id)")
                try await b.see("Added by")
                try await b.goOffline()
                try await b.press("Edit")
                try await b.choose("\(Films.fixtures)/photo.jpg", for: "Poster")
                try await b.press("Save")
                try await b.comment("Greta's own", rating: 6)
                try await b.go(to: "/me")
                try await b.press("Sign out")
                try await b.see("2 entries have not been sent yet.")
                try await b.press("Stay")
                #expect(try await b.waiting() == 2)
                try await b.press("Sign out")
                try await b.press("Sign out, keep them here")
                try await b.see("wait here to be sent after signing in")

                try await b.comeBack()
                try await b.signIn(henri)
                try await b.see("stay on this device until they sign in again")
                try await b.press("Close")
                try await b.go(to: "/")
                try await b.go(to: "/movies/\(id)")
                try await b.see("No comments yet")
                // Whatever this browser would send has been sent when this is there.
                try await b.comment("Henri's own", rating: 4)
                try await b.awaitSent()
                try await b.seeNo("Greta's own")
                #expect(try await Self.comments(on: id, by: henri) == ["henri: Henri's own"])

                try await b.go(to: "/me")
                try await b.press("Sign out")
                try await b.browser.until("document.querySelector('.sign-in')")
                #expect(try await b.browser.cookie("films_refresh", at: "\(b.url)/api/session") == nil)
                try await b.signIn(greta)
                try await b.awaitSent()
                // The picture, too, although this browser was somebody else's meanwhile.
                #expect(try await greta.ask("GET", "/api/movies/\(id)")["posterFileId"].text != nil)
                #expect(try await Self.comments(on: id, by: henri) == ["greta: Greta's own", "henri: Henri's own"])
            }
        }

        @Test("S14: Signed out without a network, the session ends as soon as there is one")
        func signOutLater() async throws {
            let films = try Films.current()
            let ida = try await films.makeAccount("ida")
            try await Visitor.meet("out-later", at: films) { visitors in
                let b = visitors[0]
                try await b.arrive(as: ida, at: "/me")
                try await b.see("this device")
                try await b.goOffline()
                try await b.press("Sign out")
                try await b.browser.until("document.querySelector('.sign-in')")
                #expect(try await ida.ask("GET", "/api/me/sessions")["sessions"].elements.count == 2)
                try await b.comeBack()
                let hasEnded = try await eventually(within: .seconds(40)) {
                    try await ida.ask("GET", "/api/me/sessions")["sessions"].elements.count == 1
                }
                #expect(hasEnded)
                #expect(try await b.browser.cookie("films_refresh", at: "\(b.url)/api/session") == nil)
            }
        }

        /// "name: words" of each comment, by name.
        static func comments(on id: String, by account: Account) async throws -> [String] {
            try await account.ask("GET", "/api/movies/\(id)/comments")["comments"].elements
                .map { "\($0["author"]["username"].text ?? ""): \($0["text"].text ?? "")" }.sorted()
        }
    }
}
