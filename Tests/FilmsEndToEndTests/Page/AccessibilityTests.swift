import BrowserTesting
import MediaTesting
import Testing

extension PageStories {
    /// The page for those who see it otherwise, or have no pointer.
    @Suite(.serialized, .timeLimit(.minutes(4)))
    struct AccessibilityTests {
        @Test(
            """
            Every view, light on a desktop and dark on a telephone, keeps the rules that axe-core knows
            """,
            arguments: [false, true]
        )
        func rules(isDark: Bool) async throws {
            let films = try Films.current()
            let axe = try Axe()
            let owner = try await films.makeAccount(isDark ? "dark" : "light")
            let movie = try await owner.addMovie("Metropolis", Self.facts)
            let bare = try await owner.addMovie("Bare")
            try await owner.attach(
                trailer: try await films.makeVideo(
                    isDark ? "night" : "day",
                    .init(seconds: 6, hasChapters: true, hasSubtitles: true)
                ),
                to: movie
            )
            let comment: JSONValue = ["id": .string(Films.freshID()), "text": "A classic", "rating": 9]
            try await owner.ask("POST", "/api/movies/\(movie)/comments", comment)
            let place: JSONValue = ["positionSeconds": 3, "durationSeconds": 6, "watched": false]
            try await owner.ask("PUT", "/api/movies/\(movie)/history", place)
            let lists = try await owner.ask("GET", "/api/playlists")["playlists"].elements
            let list = try #require(lists.first { $0["kind"].text == "favourites" }?["id"].text)
            let item: JSONValue = ["id": .string(Films.freshID()), "movieId": .string(movie), "before": .null]
            try await owner.ask("POST", "/api/playlists/\(list)/items", item)

            let habits = Visitor.Habits(hasPhone: isDark, prefersDark: isDark)
            try await Visitor.meet(isDark ? "dark" : "light", habits: habits, at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                func check(_ view: String, _ condition: String) async throws {
                    try await browser.until(condition)
                    // What still fades in is not yet what people read.
                    try await browser.until("document.getAnimations().every((one) => one.playState !== 'running')")
                    let violations = try await axe.violations(in: browser)
                    #expect(violations == [], "\(view)")
                }
                try await visitor.open("/")
                try await check("sign in", "document.querySelector('.sign-in form')")
                try await visitor.signIn(owner)
                try await check("films", "document.querySelectorAll('.card').length >= 2")
                try await browser.click("[data-key=add]")
                try await check("form", "document.querySelector('dialog form')")
                try await browser.click("dialog form .primary")
                try await check("form with a mistake", "document.querySelector('dialog [aria-invalid]')")
                try await browser.press(.escape)
                try await browser.until("!document.querySelector('dialog')")
                try await visitor.open("/movies/\(movie)")
                try await check(
                    "film",
                    "document.querySelector('.player video[src]') && document.querySelector('.comment-text')"
                )
                try await browser.click("[data-key=lists]")
                try await check("lists of a film", "document.querySelector('dialog .boxes')")
                try await browser.press(.escape)
                try await browser.click(".film-head [data-key=delete]")
                try await check("question", "document.querySelector('dialog .danger')")
                try await browser.press(.escape)
                try await visitor.open("/playlists")
                try await check("lists", "document.querySelectorAll('.playlist').length === 2")
                try await visitor.open("/playlists/\(list)")
                try await check("list", "document.querySelector('.row')")
                try await visitor.open("/me")
                try await check("me", "document.querySelector('.sessions .row')")
                try await visitor.open("/waiting")
                try await check("nothing waits", "document.querySelector('.empty:not([hidden])')")

                // What waits, what was refused, and no network.
                try await browser.awaitWorker()
                try await visitor.goOffline()
                try await visitor.open("/movies/\(bare)")
                try await browser.until("document.querySelector('.comment-form textarea')")
                try await visitor.comment("Said without a network", rating: 6)
                try await check("film without a network", "!document.querySelector('#connection').hidden")
                try await visitor.open("/waiting")
                try await check("waiting", "document.querySelector('.entry')")
                // Deleted meanwhile: the service refuses the comment.
                try await owner.ask("DELETE", "/api/movies/\(bare)")
                try await visitor.comeBack()
                try await check("refused", "document.querySelector('.entry.parked')")
            }
        }

        @Test(
            """
            By keyboard alone: sign in, add a film, comment on it, play another one; the focus is always to be \
            seen, and stays in a dialog
            """
        )
        func keyboard() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("keys")
            let movie = try await owner.addMovie("Metropolis")
            try await owner.attach(trailer: try await films.makeVideo("keys", .init(seconds: 8)), to: movie)
            try await Visitor.meet("keys", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.open("/")
                try await browser.until("document.activeElement?.matches('.sign-in input')")
                try await browser.write(owner.username)
                try await browser.press(.tab)
                try await browser.write(owner.password)
                try await browser.press(.enter)
                try await browser.until("document.querySelectorAll('.card').length >= 1")

                try await browser.tab(to: "[data-key=add]")
                try await browser.press(.enter)
                try await browser.until("document.activeElement?.matches('dialog input')")
                try await browser.write("Nosferatu")
                for index in 0..<24 {
                    try await browser.press(.tab, withShift: index % 4 == 3)
                    #expect(
                        try await browser.run(
                            "return document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
                        ) == true
                    )
                }
                // Something was written, so Escape asks; the answer there gives the form back.
                try await browser.press(.escape)
                try await browser.until("document.querySelectorAll('dialog').length === 2")
                try await browser.press(.escape)
                try await browser.until("document.querySelectorAll('dialog').length === 1")
                try await browser.tab(to: "dialog form .primary")
                try await browser.press(.enter)
                try await browser.until("document.activeElement?.matches('.film-head h1')")

                try await browser.tab(to: ".comment-form textarea")
                try await browser.write("Silent and dark.")
                try await browser.tab(to: ".comment-form .primary")
                try await browser.press(.enter)
                try await browser.until("document.querySelector('.comment-text')?.textContent === 'Silent and dark.'")

                try await browser.tab(to: "#bar [data-key=nav-movies]", isBackwards: true)
                try await browser.press(.enter)
                try await browser.tab(to: ".card a[href$='\(movie)']")
                try await browser.press(.enter)
                try await browser.until("document.querySelector('.player video[src]')?.readyState > 0")
                try await browser.tab(to: ".big-play")
                try await browser.press(.space)
                try await browser.until("document.querySelector('.player video').currentTime > 0.3")
                try await browser.tab(to: ".seek")
                try await browser.press(.right)
                try await browser.until("document.querySelector('.player video').currentTime >= 5")
            }
        }

        @Test(
            """
            Posters move nothing when they come: their place, colour and ThumbHash are there first; and nothing \
            moves for who wants no motion
            """
        )
        func stillness() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("still")
            try await Visitor.meet("still", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner)
                for title in ["Metropolis", "Sunrise", "Nosferatu"] {
                    _ = try await visitor.addMovie(title, poster: "\(Films.fixtures)/photo.jpg")
                }
                try await visitor.awaitSent()
                try await requireEventually(within: .seconds(40)) {
                    let movies = try await owner.ask("GET", "/api/movies?limit=50")["movies"].elements
                    return movies.filter { !$0["poster"]["renditions"].elements.isEmpty }.count >= 3
                }
                try await browser.devTools("Page.enable", [:])
                try await browser.devTools("Page.addScriptToEvaluateOnNewDocument", ["source": .string(Self.observer)])
                // As on a first visit: nothing in the caches.
                try await browser.run("return caches.delete('films-posters').then(() => null)")
                try await visitor.open("/")
                try await browser.until("document.querySelectorAll('.card .poster img.is-there').length >= 3")
                #expect(try await browser.run("return window.shift").number ?? 1 < 0.01)
                #expect(
                    try await browser.run(
                        "return window.placeholders.every(Boolean) && window.placeholders.length >= 3"
                    )
                        == true
                )
                let pictures = try await browser.run(
                    "return [...document.querySelectorAll('.card .poster img')].map((image) => image.srcset.split(', ').length)"
                )
                #expect(pictures.elements.allSatisfy { ($0.number ?? 0) >= 3 } && pictures.elements.count >= 3)

                try await browser.prefer(isDark: false, reducesMotion: true)
                let moving = try await browser.run(
                    "return [...document.querySelectorAll('*')].filter((one) => !/^0s(, 0s)*$/.test(getComputedStyle(one).transitionDuration)).length"
                )
                #expect(moving == 0)
            }
        }

        private static let facts: [String: JSONValue] = [
            "description": "A city of the future.", "year": 1927, "rating": 8.3,
            "categories": ["Science fiction"], "tags": ["silent"],
        ]

        /// Counts layout shifts (https://wicg.github.io/layout-instability/), and notes of each poster whether its ThumbHash was there before it.
        private static let observer = """
            window.shift = 0;
            window.placeholders = [];
            new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; }).observe({ type: "layout-shift", buffered: true });
            document.addEventListener("load", ({ target }) => {
              if (target.matches?.(".poster img")) window.placeholders.push(target.previousElementSibling?.matches("canvas.placeholder") ?? false);
            }, true);
            """
    }
}

extension Browser {
    /// Presses Tab until the focus is where it shall be. Wherever it is on the way, it is to be seen.
    fileprivate func tab(to selector: String, isBackwards: Bool = false) async throws {
        try await self.until("document.querySelector(arguments[0])", .string(selector))
        for _ in 0..<60 {
            try await self.press(.tab, withShift: isBackwards)
            let state = try await self.run(
                """
                const focused = document.activeElement;
                if (!focused || focused === document.body) return "";
                const ring = (node) => node && getComputedStyle(node).outlineStyle !== "none" && parseFloat(getComputedStyle(node).outlineWidth) >= 1;
                const box = focused.getBoundingClientRect(), isOutside = box.bottom <= 0 || box.top >= innerHeight;
                if (isOutside || ![focused, focused.nextElementSibling, focused.closest(".drop")].some(ring)) return `not to be seen: ${focused.outerHTML.slice(0, 200)}`;
                return focused.matches(arguments[0]) ? "there" : "";
                """,
                .string(selector)
            )
            if state == "there" { return }
            if let words = state.text, !words.isEmpty { throw PageFailure(words) }
        }
        throw PageFailure("Tab does not come to \(selector)")
    }
}
