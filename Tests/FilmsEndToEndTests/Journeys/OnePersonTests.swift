import BrowserTesting
import MediaTesting
import Testing

extension Journeys {
    /// One browser, whose person has another device (here: the API) and friends.
    @Suite(.visitor("nora"))
    struct OnePerson {
        let visitor: Visitor
        let nora: Account

        init() throws {
            (self.visitor, self.nora) = try #require(VisitorOfSuite.scoped)
        }

        @Test("S7: Lists are edited here and on another device, and both have the same order")
        func lists() async throws {
            let ids = [try await nora.addMovie("List one"), try await nora.addMovie("List two")]
            let lists = try await nora.ask("GET", "/api/playlists")["playlists"].elements
            let list = try #require(lists.first { $0["kind"] == "toWatch" }?["id"].text)
            for id in ids {
                try await visitor.open("/movies/\(id)")
                try await visitor.press("To watch")
                try await visitor.browser.until("document.querySelector('[data-key=toWatch]')?.ariaPressed === 'true'")
            }
            try await visitor.awaitSent()
            #expect(try await nora.items(of: "toWatch") == ids)
            try await visitor.go(to: "/playlists")
            try await visitor.go(to: "/playlists/\(list)")
            try await visitor.press("Move \u{2068}List two\u{2069} up")
            try await Self.order(visitor, ["List two", "List one"])
            try await visitor.awaitSent()
            #expect(try await nora.items(of: "toWatch") == ids.reversed())
            // The other device.
            let items = try await nora.ask("GET", "/api/playlists/\(list)")["items"].elements
            try await nora.ask("DELETE", "/api/playlists/\(list)/items/\(items[0]["id"].text ?? "")")
            try await Self.order(visitor, ["List one"])
            // For others by a link only.
            try await visitor.press("Share by link")
            try await visitor.browser.until("document.querySelector('[data-key=share]').ariaPressed === 'true'")
            try await visitor.awaitSent()
            let address = try #require(try await nora.ask("GET", "/api/playlists/\(list)")["shareUrl"].text)
            let path = address.firstRange(of: "/shared/").map { String(address[$0.lowerBound...]) } ?? ""
            try await visitor.open(path)
            try await visitor.see("List one")
        }

        private static func order(_ visitor: Visitor, _ titles: [String]) async throws {
            try await visitor.browser.until(
                "JSON.stringify([...document.querySelectorAll('.rows .row-title')].map((one) => one.textContent)) === JSON.stringify(arguments[0])",
                .array(titles.map { .string($0) })
            )
        }

        @Test("S8: Comments and the mean of the ratings are seen as others write, change and delete them")
        func comments() async throws {
            let otto = try await nora.films.makeAccount("otto")
            let id = try await otto.addMovie("The General")
            try await visitor.open("/movies/\(id)")
            try await visitor.comment("Mine", rating: 9)
            try await visitor.awaitSent()
            let comment = Films.freshID()
            try await otto.ask(
                "POST",
                "/api/movies/\(id)/comments",
                ["id": .string(comment), "text": "Otto's <b>words</b>", "rating": 6]
            )
            try await visitor.see("Otto's <b>words</b>")
            try await visitor.browser.until(
                "document.querySelector('.scores')?.textContent.includes('7.5/10 · 2 votes')"
            )
            try await otto.ask("PATCH", "/api/movies/\(id)/comments/\(comment)", ["text": "Better now", "rating": 8])
            try await visitor.see("Better now")
            try await visitor.browser.until("document.querySelector('.scores')?.textContent.includes('8.5/10')")
            try await otto.ask("DELETE", "/api/movies/\(id)/comments/\(comment)")
            try await visitor.seeNo("Better now")
            try await visitor.browser.until("document.querySelector('.scores')?.textContent.includes('9.0/10')")
        }

        @Test("S9: How far a film was watched on one device is known on the other, as is that it was watched")
        func history() async throws {
            let id = try await nora.addMovie("The Lodger")
            try await visitor.open("/")
            try await visitor.see("The Lodger")
            try await nora.ask(
                "PUT",
                "/api/movies/\(id)/history",
                ["positionSeconds": 45, "durationSeconds": 60, "watched": false, "device": "Phone"]
            )
            let card = "document.querySelector('.card a[data-id=\"\(id)\"]')"
            try await visitor.browser.until("\(card)?.querySelector('.watched-bar')?.ariaLabel.includes('75%')")
            try await visitor.go(to: "/movies/\(id)")
            try await visitor.press("Watched")
            try await visitor.browser.until("document.querySelector('[data-key=watched]').ariaPressed === 'true'")
            try await visitor.awaitSent()
            let place = try await nora.ask("GET", "/api/movies/\(id)/history")
            #expect(place["watched"] == true && place["positionSeconds"] == 45, "\(place)")
            try await visitor.go(to: "/")
            try await visitor.browser.until("\(card)?.textContent.includes('Watched')")
        }

        @Test("S11: A page that gets no WebSocket keeps in step by polling")
        func polling() async throws {
            visitor.relay.refuse("GET /api/sync")
            try await visitor.open("/")
            try await visitor.browser.until(
                "performance.getEntriesByType('resource').some(({ name }) => name.includes('/api/changes?'))"
            )
            _ = try await nora.addMovie("Polled")
            try await visitor.see("Polled")
            visitor.relay.refuse(nil)
        }

        @Test("S15: A page that is left alone finds back to a service that was away, and shows what happened meanwhile")
        func alone() async throws {
            try await visitor.open("/")
            try await visitor.browser.until("document.querySelector('.view-head .count')")
            visitor.relay.goDown()
            _ = try await nora.addMovie("Meanwhile")
            try await visitor.see("No connection. What you do is kept here and sent later.")
            visitor.relay.comeBack()
            try await visitor.see("Meanwhile")
            try await visitor.seeNo("No connection.")
        }
    }
}
