import BrowserTesting
import MediaTesting
import Testing

extension Journeys {
    /// What one person does, another sees.
    @Suite
    struct TwoPeople {
        @Test(
            "S10: What one person adds, changes and deletes, another sees untouched, with its poster when that is ready"
        )
        func live() async throws {
            let films = try Films.current()
            let (anna, bruno) = (try await films.makeAccount("anna"), try await films.makeAccount("bruno"))
            try await Visitor.meet("live-a", "live-b", at: films) { visitors in
                let (a, b) = (visitors[0], visitors[1])
                try await a.arrive(as: anna)
                try await b.arrive(as: bruno)
                // Clock: recorded for people, judged by nobody.
                let start = ContinuousClock.now
                let id = try await a.addMovie("Metropolis", poster: "\(Films.fixtures)/photo.jpg")
                try await b.see("Metropolis")
                // Clock: recorded for people, judged by nobody.
                let seen = ContinuousClock.now - start
                let picture = ".card a[data-id='\(id)'] .poster img"
                try await b.browser.until("document.querySelector(arguments[0])?.naturalWidth > 0", .string(picture))
                #expect(try await b.browser.colours(of: picture) > 8)
                print("S10: seen after \(seen), its poster after \(ContinuousClock.now - start), typing included")

                try await a.awaitSent()
                try await a.press("Edit")
                try await a.fill("Title", with: "Metropolis, restored")
                try await a.fill("Year", with: "1927")
                try await a.press("Save")
                try await b.see("Metropolis, restored")
                try await b.see("1927")
                let cards =
                    "return [...document.querySelectorAll('.card-title')].filter((one) => /Metropolis/.test(one.textContent)).length"
                #expect(try await b.browser.run(cards) == 1)

                // Somebody else's film is looked at, not changed: the service decides so, and the page offers nothing else.
                try await b.go(to: "/movies/\(id)")
                try await b.see("Added by")
                #expect(try await b.browser.run("return document.querySelector('[data-key=edit]')") == .null)
                #expect(try await bruno.request("DELETE", "/api/movies/\(id)").status == 403)
                try await a.press("Delete")
                try await a.press("Delete")
                try await b.see("This film is not here.")
                try await b.go(to: "/")
                try await b.browser.until("document.querySelector('.view-head .count')")
                try await b.seeNo("Metropolis")
                #expect(try await anna.request("GET", "/api/movies/\(id)").status == 410)
            }
        }

        @Test(
            "S13: Two people edit one film: other fields both stay; of one field the later wins, and both are told and can go back"
        )
        func conflict() async throws {
            let films = try Films.current()
            let (carla, dario) = (try await films.administrator(), try await films.makeAccount("dario"))
            try await Visitor.meet("edit-a", "edit-b", at: films) { visitors in
                let (a, b) = (visitors[0], visitors[1])
                try await b.arrive(as: dario)
                let id = try await b.addMovie("Sunrise")
                try await b.awaitSent()
                try await a.arrive(as: carla, at: "/movies/\(id)")
                try await a.see("Added by")
                let title = "document.querySelector('.film h1').textContent === arguments[0]"
                let notices = "document.querySelectorAll('aside.conflict').length === arguments[0]"

                // Other fields.
                try await b.goOffline()
                try await Self.edit(b, "Year", "1927")
                try await Self.edit(a, "Tags", "silent")
                try await a.awaitSent()
                try await b.comeBack()
                try await b.awaitSent()
                try await a.see("1927")
                try await b.see("#silent")
                #expect(try await a.browser.run("return \(notices)", 0) == true)
                #expect(try await b.browser.run("return \(notices)", 0) == true)

                // One field, one of the two offline: who was offline is later.
                try await b.goOffline()
                try await Self.edit(b, "Title", "Sunrise by B")
                try await Self.edit(a, "Title", "Sunrise by A")
                try await a.awaitSent()
                #expect(try await dario.ask("GET", "/api/movies/\(id)")["title"] == "Sunrise by A")
                try await b.comeBack()
                try await a.browser.until(title, "Sunrise by B")
                try await a.see("dario changed “Title” after you")
                try await b.see("You changed “Title” after administrator")
                try await a.press("Put mine back")
                try await b.browser.until(title, "Sunrise by A")
                try await a.browser.until(notices, 0)
                try await b.press("Leave it so")
                try await b.browser.until(notices, 0)
                try await b.awaitSent()
                #expect(try await dario.ask("GET", "/api/movies/\(id)")["title"] == "Sunrise by A")

                // Both online, with the form open on the same version.
                for (visitor, words) in [(a, "Words of A"), (b, "Words of B")] {
                    try await visitor.press("Edit")
                    try await visitor.fill("Description", with: words)
                }
                try await a.press("Save")
                try await a.awaitSent()
                try await requireEventually {
                    try await dario.ask("GET", "/api/movies/\(id)")["description"] == "Words of A"
                }
                try await b.press("Save")
                try await a.see("Words of B")
                try await a.see("dario changed “Description” after you")
                #expect(try await dario.ask("GET", "/api/movies/\(id)")["description"] == "Words of B")
            }
        }

        private static func edit(_ visitor: Visitor, _ field: String, _ text: String) async throws {
            try await visitor.press("Edit")
            try await visitor.fill(field, with: text)
            try await visitor.press("Save")
            try await visitor.browser.until("!document.querySelector('dialog')")
        }
    }
}
