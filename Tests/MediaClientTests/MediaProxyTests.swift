import NIOHTTP1
import Testing

@testable import MediaClient

@Suite("Passing requests on to mediad")
struct MediaProxyTests {
    private static let request = PassedRequest(
        method: .GET,
        target: "/files/posters/1.jpg",
        fields: [:],
        origin: .init(client: "", scheme: "http", authority: ""),
        body: nil
    )

    private static func isUnreachable(_ proxy: MediaProxy) async -> Bool {
        do {
            _ = try await proxy.pass(Self.request)
            return false
        } catch { return true }
    }

    @Test("A mediad that leaves a request without a response is away, and there again with its next response")
    func silence() async throws {
        let replies = [StandInServer.Reply(status: 200, body: "", isSilent: true), .init(status: 404, body: "")]
        let server = try await StandInServer(replies)
        let proxy = MediaProxy(
            server: server.address,
            prefixes: [],
            maximumRequests: 10,
            responseTimeout: .milliseconds(300)
        )
        #expect(await Self.isUnreachable(proxy))
        let response = try await proxy.pass(Self.request)
        #expect(response.status == 404)
        await proxy.shutdown()
        await server.close()
        // Nobody is there: that is said without a second look.
        let other = MediaProxy(
            server: server.address,
            prefixes: [],
            maximumRequests: 10,
            responseTimeout: .seconds(300)
        )
        #expect(await Self.isUnreachable(other))
        await other.shutdown()
    }

    @Test("While one tries whether mediad is there again, the others are refused")
    func oneTries() {
        let reachability = Reachability()
        #expect(reachability.begin() && reachability.begin())
        reachability.failed()
        #expect(reachability.begin())
        #expect(!reachability.begin())
        // Whoever tried has gone: the next one does.
        reachability.gaveUp()
        #expect(reachability.begin() && !reachability.begin())
        reachability.failed()
        #expect(reachability.begin() && !reachability.begin())
        reachability.responded()
        #expect(reachability.begin() && reachability.begin())
        // One of many that are under way says nothing of mediad when its client goes.
        reachability.gaveUp()
        #expect(reachability.begin() && reachability.begin())
    }
}
