import HTTPServing
import HTTPTypes
import Hummingbird
import MediaClient
import Postgres

/// `GET /healthz`: the process responds. `GET /readyz`: the database can be used; and how mediad is, without which most goes on.
struct HealthController {
    let services: FilmsServices

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.health, .get, .head) { _, _ in try JSON.response(["status": "ok"]) }
        handlers.on(Routes.readiness, .get, .head) { _, _ in try await self.readiness() }
    }

    private func readiness() async throws -> Response {
        async let media = self.services.media.readiness()
        let database = await self.databaseOutcome()
        return try JSON.response(
            [
                "status": database == "ok" ? "ok" : "unavailable",
                "database": database,
                "media": await media.rawValue,
            ],
            status: database == "ok" ? .ok : .serviceUnavailable
        )
    }

    private func databaseOutcome() async -> String {
        do {
            _ = try await self.services.database.run { try await $0.query("SELECT 1") }
            return "ok"
        } catch {
            return error.detail
        }
    }
}
