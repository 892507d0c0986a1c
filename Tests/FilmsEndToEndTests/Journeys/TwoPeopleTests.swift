import BrowserTesting
import MediaTesting
import Testing

extension Journeys {
    /// What one person does, another sees.
    @Suite
    struct TwoPeople {
        @Test("S10: What one person adds another one sees, untouched, with its poster when that is ready")
        func live() async throws {
            let films = try Films.current()
            let (anna, bruno) = (try await films.makeAccount("anna"), try await films.makeAccount("bruno"))
            try await Visitor.meet("live-a", "live-b", at: films) { visitors in
                let (a, b) = (visitors[0], visitors[1])
                try await a.arrive(as: anna)
                try await b.arrive(as: bruno)
                _ = try await a.addMovie("Metropolis", poster: "\(Films.fixtures)/photo.jpg")
                try await b.see("Metropolis")
                try await b.browser.until("document.querySelector('.card .poster img')?.naturalWidth > 0")
            }
        }
    }
}
