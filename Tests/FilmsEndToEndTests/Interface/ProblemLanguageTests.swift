import MediaTesting
import Testing

@Suite("Problems of filmd in the person's language", .films, .timeLimit(.minutes(5)))
struct ProblemLanguageTests {
    private static let wrong = "{\"id\": \"x\", \"title\": \"\", \"year\": 99999, \"rating\": 10.05}"

    @Test(
        "The account's choice counts, else Accept-Language, else English; the codes are the same; the log is in English"
    )
    func languages() async throws {
        let person = try await BadInputTests.person()
        let field = ("Accept-Language", "fr-CH, fr;q=0.9, en;q=0.8")
        let english = try await person.request("POST", "/api/movies", json: Self.wrong)
        #expect(english.status == 422 && english.members["title"] as? String == "Unprocessable Content")
        #expect(english.response["Content-Language"] == "en" && english.response["Vary"] == "Accept-Language")
        let french = try await person.request("POST", "/api/movies", [field], json: Self.wrong)
        #expect(french.members["title"] as? String == "Contenu non valable")
        #expect(french.detail?.hasPrefix("Certains champs ne conviennent pas\u{A0}: ") == true)
        let details = (french.members["fields"] as? [[String: Any]] ?? []).compactMap { $0["detail"] as? String }
        #expect(details.contains("Un nombre entier de 1870 à 2200.") && details.contains("Il manque une valeur."))
        #expect(french.response["Content-Language"] == "fr")
        #expect(french.code == english.code && french.fields == english.fields)

        let chosen = try await person.request("PATCH", "/api/me", json: "{\"preferences\": {\"language\": \"fr\"}}")
        #expect(chosen.status == 200)
        let own = try await person.request("GET", "/api/movies?nope=1", [("Accept-Language", "en")])
        #expect(own.response["Content-Language"] == "fr" && own.detail?.hasPrefix("Un paramètre de l’adresse") == true)
        _ = try await person.request("PATCH", "/api/me", json: "{\"preferences\": {\"language\": null}}")
        let back = try await person.request("GET", "/api/movies?nope=1", [("Accept-Language", "en")])
        #expect(back.response["Content-Language"] == "en")
    }

    @Test("Where nothing is, and where a method is not taken, the account's choice counts too")
    func nowhere() async throws {
        let person = try await BadInputTests.person()
        _ = try await person.request("PATCH", "/api/me", json: "{\"preferences\": {\"language\": \"fr\"}}")
        let english = ("Accept-Language", "en")
        for (method, path, status, detail) in [
            ("GET", "/api/nothing", 404, "Il n’y a rien à cette adresse."),
            ("DELETE", "/api/movies", 405, "Cette adresse accepte GET, HEAD, POST, OPTIONS."),
            ("POST", "/me", 405, "Cette adresse accepte GET, HEAD, OPTIONS."),
        ] {
            let problem = try await person.request(method, path, [english])
            #expect(problem.status == status && problem.detail == detail, "\(problem.members)")
            #expect(problem.response["Content-Language"] == "fr")
        }
        // A token that is none changes nothing about it.
        for token in ["Bearer x", "Bearer \(person.token)x", "Basic eA=="] {
            let fields = [english, ("Authorization", token)]
            let problem = try await Person.request(person.service, "GET", "/api/nothing", fields)
            #expect(problem.status == 404 && problem.detail == "There is nothing at this address.", "\(token)")
        }
    }

    @Test("So do problems that no handler makes: no address, no method, no token")
    func everywhere() async throws {
        let films = try Films.current()
        let field = ("Accept-Language", "fr")
        for (method, path, status, detail) in [
            ("GET", "/nothing", 404, "Il n’y a rien à cette adresse."),
            ("DELETE", "/api/movies", 405, "Cette adresse accepte GET, HEAD, POST, OPTIONS."),
            (
                "GET", "/api/me", 401,
                "Connectez-vous, puis envoyez le jeton d’accès\u{A0}: Authorization: Bearer <token>."
            ),
            ("GET", "/api/sync", 426, "Cette adresse utilise WebSocket, version 13."),
        ] {
            let problem = try await Person.request(films.service, method, path, [field])
            #expect(problem.status == status && problem.detail == detail, "\(problem.members)")
            #expect(problem.response["Content-Language"] == "fr")
        }
    }
}
