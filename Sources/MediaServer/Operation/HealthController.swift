import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `GET /healthz`: the process responds. `GET /readyz`: database and tree can be used.
struct HealthController: Sendable {
    let catalog: any Catalog
    let storage: any StorageHealth
    let verifyPair: PairVerification
    let isPrepared: @Sendable () -> Bool

    private struct Health: Encodable {
        var status: String
    }

    private struct Readiness: Encodable {
        var status: String
        var database: String
        var storage: String
    }

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.health, .get, .head) { _, _ in try JSON.response(Health(status: "ok")) }
        handlers.on(Routes.readiness, .get, .head) { _, _ in try await self.readiness() }
    }

    private func readiness() async throws -> Response {
        async let database = Self.outcome { () throws(MediaError) in
            try await self.catalog.ping()
            try await self.verifyPair()
        }
        async let storage = Self.outcome { () throws(MediaError) in try await self.storage.probe() }
        var outcomes = await (database, storage)
        if outcomes.0 == "ok", !self.isPrepared() { outcomes.0 = "being prepared" }
        let isReady = outcomes.0 == "ok" && outcomes.1 == "ok"
        return try JSON.response(
            Readiness(status: isReady ? "ok" : "unavailable", database: outcomes.0, storage: outcomes.1),
            status: isReady ? .ok : .serviceUnavailable
        )
    }

    private static func outcome(_ check: () async throws(MediaError) -> Void) async -> String {
        do {
            try await check()
            return "ok"
        } catch {
            return error.message
        }
    }
}
