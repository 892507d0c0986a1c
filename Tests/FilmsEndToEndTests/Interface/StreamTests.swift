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

    /// Somebody new.
    private static func person(_ service: DaemonProcess) async throws -> Person {
        try await Person.join(service, "p" + Person.newID().replacingOccurrences(of: "-", with: ""))
    }
}
