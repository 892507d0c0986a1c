import Foundation
import MediaTesting
import Testing

@Suite("Attempts from one address", .films, .timeLimit(.minutes(5)))
struct AttemptTests {
    @Test("S6: when none is left, the refusal does not wait for the body")
    func beforeTheBody() async throws {
        let films = try Films.current()
        let service = try await films.startAnother(
            front: films.front,
            environment: ["FILMD_ACCOUNTS_FAILURES_PER_ADDRESS": "1", "FILMD_ACCOUNTS_CREATIONS_PER_ADDRESS": "1"]
        )
        let name = "p" + Person.newID().replacingOccurrences(of: "-", with: "")
        // A sign-in that succeeds is no failure.
        let person = try await Person.join(service, name)
        let wrong = "{\"username\": \"\(person.name)\", \"password\": \"not the password\"}"
        #expect(try await Person.request(service, "POST", "/api/session", json: wrong).status == 401)
        for path in ["/api/session", "/api/accounts"] {
            let probe = try await service.connect()
            try await probe.send(
                "POST",
                path,
                [("Content-Type", "application/json")],
                beginning: [UInt8(ascii: "{")],
                of: 1000
            )
            let refused = try await probe.receive(to: "POST")
            #expect(refused.status == 429, "\(path)")
            #expect(refused["Retry-After"] != nil && refused.text.contains("\"rate_limited\""))
        }
        #expect(try await service.terminate() == .exited(0))
    }

    @Test("S6: looking takes no attempt: a body that is none leaves the one that is left")
    func looking() async throws {
        let films = try Films.current()
        let service = try await films.startAnother(
            front: films.front,
            environment: ["FILMD_ACCOUNTS_FAILURES_PER_ADDRESS": "1"]
        )
        let person = try await Person.join(service, "p" + Person.newID().replacingOccurrences(of: "-", with: ""))
        for _ in 0..<3 {
            #expect(try await Person.request(service, "POST", "/api/session", json: "{}").status == 422)
        }
        _ = try await Person.signIn(service, person.name, person.id)
        #expect(try await service.terminate() == .exited(0))
    }
}
