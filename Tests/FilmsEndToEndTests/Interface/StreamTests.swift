import Foundation
import MediaTesting
import Testing

@Suite("The stream of changes of filmd", .films, .timeLimit(.minutes(5)))
struct StreamTests {
    @Test("S10: its bounds are settings: how many there may be, how large a message is, how soon it speaks")
    func bounds() async throws {
        let films = try Films.current()
        let service = try await films.startAnother(
            front: films.front,
            environment: [
                "FILMD_SYNC_MAXIMUM_STREAMS": "1", "FILMD_SYNC_MESSAGE_BYTES": "8KiB", "FILMD_SYNC_HEARTBEAT": "1s",
                "FILMD_SYNC_MAXIMUM_SUBSCRIPTIONS": "1", "FILMD_SYNC_TOKEN_TIME": "1s",
            ]
        )
        let person = try await Self.person(service)
        let first = try await StreamClient.open(service)
        try await first.sayToken(person.token)
        try await first.subscribe()
        #expect(try await first.hear()["type"] == "subscribed")
        #expect(try await first.hear()["type"] == "heartbeat")
        let second = try await StreamClient.ask(service).1
        #expect(second.status == 503 && second["Retry-After"] != nil)
        try await first.say("{\"type\": \"subscribe\", \"id\": \"another\"}")
        #expect(try await first.closeCode() == 1008)

        // The place is free as soon as the service has seen the end.
        func again() async throws -> StreamClient {
            var opened: StreamClient?
            try await requireEventually {
                let (client, head) = try await StreamClient.ask(service)
                if head.status == 101 { opened = client }
                return opened != nil
            }
            return try #require(opened)
        }
        let large = try await again()
        try await large.say(String(repeating: " ", count: 9000))
        #expect(try await large.closeCode() == 1009)
        let silent = try await again()
        #expect(try await silent.hear()["code"] == "unauthenticated")
        #expect(try await silent.closeCode() == 4401)
        #expect(try await service.terminate() == .exited(0))
    }

    @Test("S11: a session that is revoked ends its stream, and its request that waits, long before the wait is over")
    func revoked() async throws {
        let service = try Films.current().service
        let person = try await Self.person(service)
        let stream = try await StreamClient.open(service)
        try await stream.sayToken(person.token)
        try await stream.subscribe()
        let since = try #require(try await stream.hear()["cursor"])
        let poll = try await service.connect()
        try await poll.send(
            "GET",
            "/api/changes?since=\(since)&wait=60",
            [("Authorization", "Bearer \(person.token)")]
        )
        // Another session of the same account, which ends the first one.
        let other = try await Person.signIn(service, person.name, person.id)
        let sessions = try await person.request("GET", "/api/me/sessions").members["sessions"] as? [[String: Any]]
        let first = try #require(sessions?.first { $0["isCurrent"] as? Bool == true }?["id"] as? String)
        #expect(try await other.request("DELETE", "/api/me/sessions/\(first)").status == 204)
        #expect(try await stream.hear()["code"] == "unauthenticated")
        #expect(try await stream.closeCode() == 4401)
        // The probe's patience is half of the wait.
        let response = try await poll.receive(to: "GET")
        #expect(response.status == 401 && response.text.contains("\"unauthenticated\""))
        #expect(response["WWW-Authenticate"] == "Bearer")
    }

    @Test(
        "What comes before the token is refused with an error, and the stream ends",
        arguments: ["{\"type\": \"unsubscribe\", \"id\": \"films\"}", "{\"type\": \"subscribe\", \"id\": \"films\"}"]
    )
    func beforeTheToken(message: String) async throws {
        let stream = try await StreamClient.open(try Films.current().service)
        try await stream.say(message)
        let said = try await stream.hear()
        #expect(said["type"] == "error" && said["code"] == "unauthenticated", "\(said)")
        #expect(said["detail"] == "The first message is the token.")
        #expect(try await stream.closeCode() == 4401)
    }

    @Test("It speaks the account's language from its first message on, before the token that of the request")
    func languages() async throws {
        let service = try Films.current().service
        let early = try await StreamClient.open(service, "Accept-Language: fr\r\n")
        try await early.say("{\"type\": \"unsubscribe\", \"id\": \"films\"}")
        #expect(try await early.hear()["detail"] == "Le premier message est le jeton.")
        let person = try await Self.person(service)
        let chosen = try await person.request("PATCH", "/api/me", json: "{\"preferences\": {\"language\": \"fr\"}}")
        #expect(chosen.status == 200)
        // Both go out at once, so what the second one gets waits for the first one's look-up only.
        for _ in 0..<20 {
            let stream = try await StreamClient.open(service, "Accept-Language: en\r\n")
            try await stream.sayToken(person.token)
            for _ in 0..<2 { try await stream.subscribe() }
            var said = try await stream.hear()
            if said["type"] == "subscribed" { said = try await stream.hear() }
            #expect(said["type"] == "error" && said["code"] == "invalid_request", "\(said)")
            #expect(said["detail"] == "Il y a déjà un abonnement avec cet identifiant, ou trop d’abonnements.")
        }
    }

    /// Somebody new.
    private static func person(_ service: DaemonProcess) async throws -> Person {
        try await Person.join(service, "p" + Person.newID().replacingOccurrences(of: "-", with: ""))
    }
}
