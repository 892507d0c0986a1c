import Logging
import MediaCatalog
import MediaCore
import MediaEngine
import ServiceLifecycle

/// Brings the schema up to date and settles what a crash left open, as soon as the database answers.
///
/// A configured database may come up after the daemon: until then `/readyz` says so and requests get `catalog_unavailable`.
struct StartUp: Service {
    let house: House

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await self.prepare()
            // A service that ends would end the group.
            try? await gracefulShutdown()
        }
    }

    private func prepare() async throws {
        var delay = Duration.milliseconds(200)
        while !Task.isCancelled {
            guard let obstacle = try await self.attempt() else { return }
            self.house.logger.error(
                "The database does not answer; trying again",
                metadata: ["error": "\(obstacle)", "delay": "\(delay)"]
            )
            try? await Task.sleep(for: delay)
            delay = min(delay * 2, .seconds(5))
        }
    }

    /// - Returns: nil when all is prepared, or what stands in the way for now.
    /// - Throws: what trying again does not mend.
    private func attempt() async throws -> MediaError? {
        do throws(MediaError) {
            try await Migrator(client: self.house.database.client, logger: self.house.logger).migrate()
            let summary = try await self.house.recovery.recover()
            if summary.sweptFiles > 0 {
                self.house.logger.notice("Swept staging", metadata: ["files": "\(summary.sweptFiles)"])
            }
            return nil
        } catch {
            guard error.code == .catalogUnavailable else { throw error }
            return error
        }
    }
}
