import BrowserTesting
import MediaTesting
import Testing

extension PageStories {
    /// What a person types is theirs: it goes when they say so.
    @Suite(.serialized, .timeLimit(.minutes(4)))
    struct TypingTests {
        @Test(
            "A form that was typed into goes by the person's word only, however often Escape, Back or the browser asks"
        )
        func form() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("typing")
            let movie = try await owner.addMovie("Metropolis")
            try await Visitor.meet("typing", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner)
                try await visitor.go(to: "/movies/\(movie)")
                try await browser.until("document.querySelector('.film-head [data-key=edit]')")
                try await visitor.press("Edit")
                try await visitor.fill("Title", with: "Metropolis, restored")
                // Chromium lets a page refuse one of these, and closes at the next.
                for _ in 0..<4 {
                    try await browser.press(.escape)
                    try await browser.untilDialogs(2)
                    try await browser.press(.escape)
                    try await browser.untilDialogs(1)
                }
                try await browser.run("document.querySelector('dialog').close()")
                try await browser.untilDialogs(2)
                try await browser.press(.escape)
                try await browser.untilDialogs(1)
                try await browser.run("history.back()")
                try await browser.untilDialogs(2)
                #expect(try await browser.run("return location.pathname") == .string("/movies/\(movie)"))
                try await browser.press(.escape)
                try await browser.untilDialogs(1)
                #expect(
                    try await browser.run("return document.querySelector('dialog input').value")
                        == "Metropolis, restored"
                )
                try await browser.run("history.back()")
                try await browser.untilDialogs(2)
                try await browser.click("dialog .danger")
                try await browser.untilDialogs(0)
                #expect(try await browser.run("return location.pathname") == .string("/movies/\(movie)"))
                try await browser.run("history.back()")
                try await browser.until(
                    "location.pathname === '/' && document.activeElement?.dataset.id === arguments[0]",
                    .string(movie)
                )
            }
        }

        @Test(
            "The session ends elsewhere: the form is gone from the sign-in, and what was typed is there again afterwards"
        )
        func revoked() async throws {
            let films = try Films.current()
            let owner = try await films.makeAccount("revoked")
            let movie = try await owner.addMovie("Sunrise")
            try await Visitor.meet("revoked", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner, at: "/movies/\(movie)")
                try await browser.until("document.querySelector('.comment-form textarea')")
                try await visitor.fill("Your comment", with: "Half a com")
                try await visitor.press("Edit")
                try await visitor.fill("Title", with: "Sunrise, a song")
                for session in try await owner.ask("GET", "/api/me/sessions")["sessions"].elements
                where session["isCurrent"] != true {
                    try await owner.ask("DELETE", "/api/me/sessions/\(session["id"].text ?? "")")
                }
                try await browser.until("document.querySelector('.sign-in form') && !document.querySelector('dialog')")
                try await visitor.signIn(owner)
                try await browser.until("document.querySelector('.comment-form textarea')?.value === 'Half a com'")
                try await visitor.press("Edit")
                try await browser.until("document.querySelector('dialog input')?.value === 'Sunrise, a song'")
            }
        }

        @Test("A comment that is being changed stays open and as it is while others write, and its rating is kept")
        func comment() async throws {
            let films = try Films.current()
            let (owner, other) = (try await films.makeAccount("changing"), try await films.makeAccount("meanwhile"))
            let movie = try await owner.addMovie("Faust")
            func say(_ text: String, _ rating: JSONValue, by account: Account) async throws {
                let comment: JSONValue = ["id": .string(Films.freshID()), "text": .string(text), "rating": rating]
                try await account.ask("POST", "/api/movies/\(movie)/comments", comment)
            }
            try await say("Dark", 8.5, by: owner)
            try await Visitor.meet("changing", at: films) { visitors in
                let (visitor, browser) = (visitors[0], visitors[0].browser)
                try await visitor.arrive(as: owner, at: "/movies/\(movie)")
                try await browser.until("document.querySelector('.comment-actions')")
                try await browser.click(".comment-actions [data-key^=edit]")
                try await browser.write(" and grand")
                // The focus is elsewhere when the other one comes.
                try await browser.run("document.querySelector('h1').focus()")
                try await say("Long", .null, by: other)
                try await visitor.see("Long")
                #expect(
                    try await browser.run("return document.querySelector('.comments textarea')?.value")
                        == "Dark and grand"
                )
                try await browser.click(".comments .comment-form .primary")
                try await visitor.see("Dark and grand")
                #expect(try await browser.run("return document.activeElement.dataset.key?.startsWith('edit-')") == true)
                try await visitor.awaitSent()
                let comments = try await owner.ask("GET", "/api/movies/\(movie)/comments")["comments"].elements
                #expect(comments.first { $0["text"] == "Dark and grand" }?["rating"] == 8.5)
            }
        }
    }
}

extension Browser {
    /// As many are in the page: one that is closed leaves it a moment later, when who opened it knows.
    fileprivate func untilDialogs(_ count: Int) async throws {
        try await self.until(
            "document.querySelectorAll('dialog').length === arguments[0]",
            .number(Double(count))
        )
    }
}
