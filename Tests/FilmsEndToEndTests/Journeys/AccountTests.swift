import BrowserTesting
import MediaTesting
import Testing

extension Journeys {
    /// A member from the first visit on.
    @Suite
    struct Accounts {
        @Test(
            "S6: Somebody becomes a member, changes name, picture, language and appearance, and has it so on the next device"
        )
        func member() async throws {
            let films = try Films.current()
            try await Visitor.meet("member", habits: .init(hasPhone: true), at: films) { visitors in
                let b = visitors[0]
                try await b.open("/")
                try await b.press("Become a member")
                try await b.fill("User name", with: "pola")
                try await b.fill("E-mail", with: "no address")
                try await b.fill("Password", with: "short")
                try await b.press("Become a member")
                try await b.browser.until("document.querySelectorAll('.field-problem:not([hidden])').length >= 1")
                try await b.fill("E-mail", with: "pola@example.org")
                try await b.fill("Password", with: "pola likes films")
                try await b.press("Become a member")
                try await b.browser.until("document.querySelector('#tabs:not([hidden])')")
                try await b.go(to: "/me")
                try await b.press("Edit the profile")
                try await b.fill("User name", with: "Pola.N")
                try await b.press("Save")
                try await b.browser.until("document.querySelector('.me-head h1').textContent === 'Pola.N'")
                try await b.press("Change the picture")
                try await b.choose("\(Films.fixtures)/iphone13-gps.heic", for: "Picture")
                try await b.press("Save")
                try await b.browser.until("document.querySelector('.me-picture .avatar img')?.naturalWidth > 0")
                try await b.press("Dark")
                try await b.browser.until("document.documentElement.dataset.theme === 'dark'")
                try await b.press("Français")
                try await b.see("Se déconnecter")
                try await b.awaitSent()
                try await b.press("Se déconnecter")
                try await b.browser.until("document.querySelector('.sign-in form')")
            }
            let pola = try await films.signIn("Pola.N", password: "pola likes films", id: "")
            let me = try await pola.ask("GET", "/api/me")
            #expect(me["preferences"] == ["language": "fr", "theme": "dark"] && me["email"] == "pola@example.org")
            try await Visitor.meet("member-2", at: films) { visitors in
                let b = visitors[0]
                try await b.arrive(as: pola)
                try await b.browser.until(
                    "document.documentElement.lang === 'fr' && document.documentElement.dataset.theme === 'dark'"
                )
                try await b.see("Ajouter un film")
                try await b.browser.until("document.querySelector('#bar .avatar img')?.naturalWidth > 0")
            }
        }
    }
}
