import FoundationEssentials
import HTTPSemantics
import HTTPServing
import Hummingbird
import Primitives
import Synchronization

/// `GET /api/shared/{token}`: a list for whoever has its link, with its films and nothing about people but the owner's name.
struct SharedListController: Sendable {
    private let services: FilmsServices
    private let rates = AddressRates(TokenBucket.Rate(quota: 60, window: .seconds(60)))

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.sharedPlaylist, .get, .head) { request, context in try await self.shared(request, context) }
    }

    private func shared(_ request: Request, _ context: FilmsContext) async throws -> Response {
        // Also against guessing, though a token has 192 bits.
        try self.rates.take(context.clientNetwork(of: request, trustedProxies: self.services.settings.trustedProxies))
        let list = try await PlaylistService(database: self.services.database)
            .shared(context.match?.parameter("token").map { String($0) } ?? "")
        guard case .object(var playlist) = try Self.value(Array(list.json.utf8)) else { throw FilmsError.notFound }
        playlist["owner"] = Self.nameOnly(playlist["owner"])
        let ids = Self.movies(of: playlist)
        let found = try await self.services.movies.json(of: ids)
        let movies = try ids.compactMap { id in try found[id].map { Self.forStrangers(try Self.value($0)) } }
        return try JSON.response(["playlist": JSONValue.object(playlist), "movies": .array(movies)])
    }

    private static func value(_ json: [UInt8]) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(json))
    }

    /// A `Person` without an identity (RFC 9562 section 5.9) and without a picture.
    private static func nameOnly(_ owner: JSONValue?) -> JSONValue {
        guard case .object(let person) = owner else { return .null }
        return .object([
            "id": .text("00000000-0000-0000-0000-000000000000"), "username": person["username"] ?? .null,
            "avatar": .null,
        ])
    }

    private static func movies(of playlist: [String: JSONValue]) -> [RecordID] {
        guard case .array(let items) = playlist["items"] else { return [] }
        return items.compactMap { item in
            guard case .object(let members) = item, case .text(let id) = members["movieId"] else { return nil }
            return RecordID(id)
        }
    }

    /// Who added it is about a person, and a trailer's addresses are signed for those who are signed in.
    private static func forStrangers(_ movie: JSONValue) -> JSONValue {
        guard case .object(var members) = movie else { return movie }
        for name in ["addedBy", "trailer", "trailerUrl", "trailerFileId", "posterProblem", "trailerProblem"] {
            members[name] = .null
        }
        return .object(members)
    }
}

/// How often each address may come. Bounded: addresses that were not seen for the longest time are forgotten first.
final class AddressRates: Sendable {
    private let rate: TokenBucket.Rate
    private let buckets: Mutex<[String: TokenBucket]>
    /// Addresses that are remembered.
    private static let capacity = 10_000

    init(_ rate: TokenBucket.Rate) {
        self.rate = rate
        self.buckets = Mutex([:])
    }

    /// - Throws: `rate_limited`.
    func take(_ address: String, at time: ContinuousClock.Instant = .now) throws(FilmsError) {
        let verdict = self.buckets.withLock { buckets in
            if buckets.count >= Self.capacity, buckets[address] == nil {
                buckets = buckets.filter { !$0.value.isFull(at: time) }
                // All of them at once are an attack; then nobody's past counts.
                if buckets.count >= Self.capacity { buckets = [:] }
            }
            return buckets[address, default: TokenBucket(self.rate, at: time)].take(at: time)
        }
        guard verdict.isTaken else {
            let seconds = max(1, Int(verdict.untilNext.components.seconds) + 1)
            throw FilmsError(.rateLimited, .tooManyRequestsFor, retryAfter: seconds)
        }
    }
}

extension FilmsContext {
    /// What quotas count by: the client's address, as far as the proxies in front can be believed.
    func clientNetwork(of request: Request, trustedProxies: TrustedAddresses) -> String {
        RequestOrigin(
            fields: request.headers,
            authority: request.head.authority,
            peer: IPAddress(peer: self.channel.remoteAddress),
            isTrusted: { trustedProxies.contains($0) },
            isSecure: request.head.scheme == "https"
        ).clientNetwork
    }
}
