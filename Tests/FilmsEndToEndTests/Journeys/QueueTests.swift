import BrowserTesting
import MediaTesting
import Testing

extension Journeys {
    /// What becomes of a queue on its way.
    @Suite
    struct Queue {
        @Test(
            "S14: What the service refuses is parked with edit, retry and discard, and the rest goes on; a lost response doubles nothing"
        )
        func parked() async throws {
            let films = try Films.current()
            let jonas = try await films.makeAccount("jonas")
            let id = try await jonas.addMovie("Faust")
            try await Visitor.meet("park", at: films) { visitors in
                let b = visitors[0]
                try await b.arrive(as: jonas, at: "/movies/\(id)")
                try await b.see("Added by")
                try await b.browser.until("navigator.serviceWorker.controller !== null")
                try await b.goOffline()
                try await b.press("Add to a list")
                for name in ["Silent", "Spoilt"] {
                    try await b.fill("New list", with: name)
                    try await b.press("Create")
                    try await b.browser.until(
                        "[...document.querySelectorAll('dialog .box')].some((one) => one.textContent === arguments[0])",
                        .string(name)
                    )
                }
                try await b.press("Close")
                try await b.comment("Behind it in the queue", rating: 3)
                try await Self.spoil(b)
                try await b.browser.until("!window.isBefore && document.querySelector('#bar .count-badge')")
                try await b.see("Behind it in the queue")
                try await b.comeBack()
                let isSent = try await eventually(within: .seconds(40)) {
                    try await Offline.comments(on: id, by: jonas) == ["jonas: Behind it in the queue"]
                }
                #expect(isSent)
                try await b.go(to: "/waiting")
                try await b.browser.until(
                    "document.querySelectorAll('.entry.parked').length === 2 && document.querySelectorAll('.entry').length === 4"
                )
                try await b.see("At most 100 characters.")

                // The first of them is edited, the second is given up, with what needs it.
                try await Self.press("edit", b)
                try await b.fill("Name", with: "Silent films")
                try await b.press("Send again")
                try await b.browser.until("document.querySelectorAll('.entry').length === 2")
                try await Self.press("retry", b)
                try await b.browser.until("document.querySelector('.entry.parked')")
                try await Self.press("discard", b)
                try await b.press("Discard")
                try await b.awaitSent()
                let lists = try await jonas.ask("GET", "/api/playlists")["playlists"].elements.filter {
                    $0["kind"] == "own"
                }
                #expect(lists.map { $0["name"].text } == ["Silent films"])
                #expect(lists.first?["items"].elements.map { $0["movieId"].text } == [id])

                // The request arrives, its response does not.
                try await b.go(to: "/")
                try await b.go(to: "/movies/\(id)")
                b.relay.loseResponse(to: "POST /api/movies/\(id)/comments")
                try await b.comment("Said once", rating: 5)
                try await b.awaitSent()
                #expect(b.relay.lost == 1)
                #expect(
                    try await Offline.comments(on: id, by: jonas) == [
                        "jonas: Behind it in the queue", "jonas: Said once",
                    ]
                )
                #expect(try await b.browser.run("return document.querySelectorAll('.comment').length") == 2)
            }
        }

        /// Makes the lists that wait of a kind that the service refuses, behind the back of the form, and loads the page again.
        private static func spoil(_ visitor: Visitor) async throws {
            try await visitor.browser.run(
                """
                return (async () => {
                  const base = document.querySelector("script[type=module]").src.replace("app.js", "");
                  const { inTransaction, openDatabase, settled } = await import(`${base}storage/database.js`);
                  const database = await openDatabase(JSON.parse(localStorage.account).id);
                  await inTransaction(database, ["outbox"], "readwrite", async (store) => {
                    for (const entry of await settled(store.getAll())) {
                      if (entry.kind !== "playlist.create") continue;
                      entry.body.name = "x".repeat(500);
                      store.put(entry);
                    }
                  });
                  database.close();
                  window.isBefore = true;
                  setTimeout(() => location.reload());
                })();
                """
            )
        }

        /// Presses a button of the first entry that is parked.
        private static func press(_ button: String, _ visitor: Visitor) async throws {
            try await visitor.browser.click(
                found: "document.querySelector(`.entry.parked [data-key^=${arguments[0]}]`)",
                .string(button)
            )
        }

        @Test("S14: filmd is killed in the middle of a long queue: all of it arrives, once and in order")
        func serviceKilled() async throws {
            let films = try Films.current()
            let rosa = try await films.makeAccount("rosa")
            let id = try await rosa.addMovie("Intolerance")
            let victim = try await films.startAnother(front: films.front)
            try await Visitor.meet("long-queue", at: films) { visitors in
                let b = visitors[0]
                try await b.arrive(as: rosa, at: "/movies/\(id)")
                try await b.see("Added by")
                try await b.browser.until("navigator.serviceWorker.controller !== null")
                try await b.goOffline()
                try await b.browser.run(Self.fill, .string(id), 300)
                try await b.browser.until("!window.isBefore && document.querySelectorAll('.comment').length === 300")
                b.relay.lead(to: victim.port)
                try await b.comeBack()
                let count = "SELECT count(*) FROM films.comments WHERE movie_id = '\(id)'"
                try await requireEventually(within: .seconds(40)) {
                    try await films.site.sql(count).first.flatMap { Int($0) } ?? 0 >= 20
                }
                await victim.kill9()
                b.relay.lead(to: films.service.port)
                try await b.awaitSent()
                let texts = try await films.site.sql(
                    "SELECT text FROM films.comments WHERE movie_id = '\(id)' ORDER BY created_at, id"
                )
                #expect(texts == (0..<300).map { "number \($0)" })
                #expect(try await b.browser.run("return document.querySelectorAll('.comment').length") == 300)
            }
        }

        /// Puts so many comments into the queue, by the page's own modules, and loads the page again.
        private static let fill = """
            const [movie, count] = arguments;
            return (async () => {
              const base = document.querySelector("script[type=module]").src.replace("app.js", "");
              const { commands } = await import(`${base}outbox/commands.js`);
              const { inTransaction, openDatabase } = await import(`${base}storage/database.js`);
              const database = await openDatabase(JSON.parse(localStorage.account).id);
              await inTransaction(database, ["outbox"], "readwrite", (store) => {
                for (let number = 0; number < count; number += 1) {
                  const more = { attempts: 0, notBefore: 0, problem: null, state: "waiting", at: new Date().toISOString() };
                  store.put({ ...commands.createComment(movie, `number ${number}`, null), ...more });
                }
              });
              database.close();
              window.isBefore = true;
              setTimeout(() => location.reload());
            })();
            """
    }
}
