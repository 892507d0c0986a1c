import BrowserTesting
import MediaTesting
import Testing

extension Journeys {
    /// Several tabs of one browser.
    @Suite
    struct Tabs {
        @Test(
            "S6: Two tabs that refresh at once, 50 times, stay signed in, in one session; an old token that comes later ends it"
        )
        func refresh() async throws {
            let films = try Films.current()
            let karin = try await films.makeAccount("karin")
            try await Visitor.meet("tabs", at: films) { visitors in
                let b = visitors[0]
                try await b.arrive(as: karin)
                let first = try await b.browser.tab()
                let second = try await b.browser.openTab()
                try await b.open("/")
                try await b.browser.until("document.querySelector('#bar:not([hidden])')")
                // With the browser's locks, as anywhere; and without, as over plain HTTP, where both ask the service at once.
                for hasLocks in [true, false] {
                    try await b.browser.goTo(tab: second)
                    try await b.browser.run(Self.follow, .bool(hasLocks))
                    try await b.browser.goTo(tab: first)
                    let rounds = try await b.browser.run(Self.lead, .bool(hasLocks), 50).elements
                    #expect(rounds.count == 50)
                    #expect(
                        rounds.allSatisfy { $0["mine"].text?.isEmpty == false && $0["theirs"].text?.isEmpty == false },
                        "\(rounds)"
                    )
                }
                let sessions = try await karin.ask("GET", "/api/me/sessions")["sessions"].elements
                #expect(sessions.count == 2, "one of the browser, one of the test: \(sessions)")
                let generations = try await films.site.sql(
                    "SELECT max(generation) FROM films.sessions WHERE account_id = '\(karin.id)'"
                )
                #expect(generations.first.flatMap { Int($0) } ?? 0 >= 100)

                // Somebody has copied the cookie, and comes with it when it has been replaced for a while.
                let address = "\(b.url)/api/session"
                let stolen = try #require(try await b.browser.cookie("films_refresh", at: address))
                _ = try await b.browser.run(Self.lead, true, 0)
                try await b.browser.run("return rounds.refresh()")
                #expect(try await b.browser.cookie("films_refresh", at: address) != stolen)
                try await films.site.sql("UPDATE films.refresh_tokens SET replaced_at = replaced_at - interval '31 s'")
                let response = try await films.service.request(
                    "POST",
                    "/api/session/refresh",
                    [("Cookie", "films_refresh=\(stolen)")],
                    body: []
                )
                #expect(response.status == 401)
                for tab in [first, second] {
                    try await b.browser.goTo(tab: tab)
                    try await b.browser.reload()
                    try await b.browser.until("document.querySelector('.sign-in form')")
                }
                #expect(try await karin.ask("GET", "/api/me/sessions")["sessions"].elements.count == 1)
            }
        }

        /// The page's own module in this tab, with nothing in its memory each time.
        private static let prepare = """
            const base = document.querySelector("script[type=module]").src.replace("app.js", "");
            const { Tokens } = await import(`${base}service/tokens.js`);
            window.rounds?.channel.close();
            if (!hasLocks) Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
            window.rounds = { channel: new BroadcastChannel("rounds"), refresh: () => new Tokens().current() };
            """

        /// Refreshes whenever the other tab says so.
        private static let follow = """
            const hasLocks = arguments[0];
            return (async () => {
              \(Self.prepare)
              rounds.channel.onmessage = async ({ data }) => {
                const token = await rounds.refresh().catch((problem) => { console.error(problem); return ""; });
                rounds.channel.postMessage({ round: data.round, token });
              };
            })();
            """

        /// Refreshes so many times at the same time as the other tab.
        private static let lead = """
            const [hasLocks, count] = arguments;
            return (async () => {
              \(Self.prepare)
              const found = [];
              for (let round = 0; round < count; round += 1) {
                const theirs = new Promise((resolve) => { rounds.channel.onmessage = ({ data }) => resolve(data.token); });
                rounds.channel.postMessage({ round });
                const mine = await rounds.refresh().catch(() => "");
                found.push({ mine, theirs: await theirs });
              }
              return found;
            })();
            """

        @Test("S15: Of two tabs one follows the stream for both; closed, it is followed by the other")
        func election() async throws {
            let films = try Films.current()
            let lena = try await films.makeAccount("lena")
            try await Visitor.meet("elected", at: films) { visitors in
                let b = visitors[0]
                try await b.arrive(as: lena)
                let first = try await b.browser.tab()
                let second = try await b.browser.openTab()
                try await b.open("/")
                _ = try await lena.addMovie("For both tabs")
                for tab in [first, second] {
                    try await b.browser.goTo(tab: tab)
                    try await b.see("For both tabs")
                }
                try await b.browser.goTo(tab: first)
                try await b.browser.closeTab()
                try await b.browser.goTo(tab: second)
                _ = try await lena.addMovie("For the one that is left")
                try await b.see("For the one that is left")
                // It sends, too.
                try await b.press("Add a film")
                try await b.fill("Title", with: "Of the one that is left")
                try await b.browser.click("dialog form .primary")
                try await b.awaitSent()
                #expect(try await lena.movies(titled: "Of the one that is left").count == 1)
            }
        }
    }
}
