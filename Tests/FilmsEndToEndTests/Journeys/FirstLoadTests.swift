import BrowserTesting
import MediaTesting
import Testing

extension Journeys {
    /// A browser that has never been here.
    @Suite
    struct FirstLoad {
        @Test(
            "S12: All is there after the first load: films beyond the first page, comments, lists, places; and again without a network"
        )
        func all() async throws {
            let films = try Films.current()
            let mara = try await films.makeAccount("mara")
            var ids: [String] = []
            for number in 1...45 {
                ids.append(
                    try await mara.addMovie(
                        "Reel \(number < 10 ? "0" : "")\(number)",
                        ["categories": ["Reels"], "year": 1927]
                    )
                )
            }
            let lists = try await mara.ask("GET", "/api/playlists")["playlists"].elements
            let favourites = try #require(lists.first { $0["kind"] == "favourites" }?["id"].text)
            try await mara.ask(
                "POST",
                "/api/playlists/\(favourites)/items",
                ["id": .string(Films.freshID()), "movieId": .string(ids[0]), "before": .null]
            )
            try await mara.ask(
                "POST",
                "/api/movies/\(ids[0])/comments",
                ["id": .string(Films.freshID()), "text": "The very first", "rating": 9]
            )
            try await mara.ask(
                "PUT",
                "/api/movies/\(ids[0])/history",
                ["positionSeconds": 30, "durationSeconds": 60, "watched": false]
            )
            let habits = Visitor.Habits(hasPhone: true, prefersDark: true)
            try await Visitor.meet("cold", habits: habits, at: films) { visitors in
                let b = visitors[0]
                try await b.arrive(as: mara)
                try await Self.check(b, ids[0])
                try await b.browser.until("navigator.serviceWorker.controller !== null")
                #expect(
                    try await b.browser.run(
                        "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0) < 200"
                    ) == true
                )
                await b.close()
                try await b.goOffline(isRunning: false)
                try await b.start()
                try await Self.check(b, ids[0])
            }
        }

        private static func check(_ visitor: Visitor, _ id: String) async throws {
            try await visitor.browser.click(
                found: "[...document.querySelectorAll('.chip')].find((one) => one.textContent === 'Reels')"
            )
            try await visitor.browser.until(
                "document.querySelector('.view-head .count').textContent.startsWith('45 films')"
            )
            try await visitor.fill("Search films", with: "reel 01")
            try await visitor.browser.until("document.querySelector('.card .watched-bar')?.ariaLabel.includes('50%')")
            try await visitor.browser.click(
                found: "document.querySelector(`.card a[href=\"/movies/${arguments[0]}\"]`)",
                .string(id)
            )
            try await visitor.see("The very first")
            try await visitor.browser.until("document.querySelector('[data-key=favourites]')?.ariaPressed === 'true'")
            try await visitor.browser.run("history.back()")
            try await visitor.browser.until("document.querySelector('.view-head .count')")
        }
    }
}
