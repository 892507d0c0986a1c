import HTTPServing
import HTTPTypes
import Hummingbird
import Logging
import MediaCore
import MediaEngine
import Synchronization

/// `GET /healthz`: the process responds. `GET /readyz`: database and tree can be used.
struct HealthController: Sendable {
    let catalog: any Catalog
    let storage: any StorageHealth
    let verifyPair: PairVerification
    let isPrepared: @Sendable () -> Bool
    private let reported = ReportedOutcomes()

    init(
        catalog: any Catalog,
        storage: any StorageHealth,
        verifyPair: @escaping PairVerification,
        isPrepared: @escaping @Sendable () -> Bool
    ) {
        self.catalog = catalog
        self.storage = storage
        self.verifyPair = verifyPair
        self.isPrepared = isPrepared
    }

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
        handlers.on(Routes.readiness, .get, .head) { _, context in
            try await self.readiness(logger: context.logger)
        }
    }

    private func readiness(logger: Logger) async throws -> Response {
        async let database = self.outcome("database", logger: logger) { () throws(MediaError) in
            try await self.catalog.ping()
            try await self.verifyPair()
        }
        async let storage = self.outcome("storage", logger: logger) { () throws(MediaError) in
            try await self.storage.probe()
        }
        var outcomes = await (database, storage)
        if outcomes.0 == "ok", !self.isPrepared() { outcomes.0 = "being prepared" }
        let isReady = outcomes.0 == "ok" && outcomes.1 == "ok"
        return try JSON.response(
            Readiness(status: isReady ? "ok" : "unavailable", database: outcomes.0, storage: outcomes.1),
            status: isReady ? .ok : .serviceUnavailable
        )
    }

    /// What clients are told of a part; the log is told why, as often as that changes.
    private func outcome(
        _ part: String,
        logger: Logger,
        _ check: () async throws(MediaError) -> Void
    ) async -> String {
        do {
            try await check()
            if self.reported.replace(part, with: nil) { logger.notice("Ready again", metadata: ["part": "\(part)"]) }
            return "ok"
        } catch {
            if self.reported.replace(part, with: "\(error)") {
                logger.error("Not ready", metadata: ["part": "\(part)", "error": "\(error)"])
            }
            return error.message
        }
    }
}

/// What the log was told of each part last: probes come every few seconds, and most say the same.
private final class ReportedOutcomes: Sendable {
    private let failures = Mutex<[String: String]>([:])

    /// - Returns: whether that is news.
    func replace(_ part: String, with failure: String?) -> Bool {
        self.failures.withLock { failures in
            guard failures[part] != failure else { return false }
            failures[part] = failure
            return true
        }
    }
}
