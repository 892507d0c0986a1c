import HTTPServing
import Hummingbird

/// Responds to what ``Routes/history`` has.
struct HistoryController {
    let services: FilmsServices

    init(_ services: FilmsServices) { self.services = services }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.place, .get, .head) { _, context in
            ReadyJSON.response(
                try await self.history.one(of: try context.recordID(), by: try context.caller.accountID).json
            )
        }
        handlers.on(Routes.place, .put) { request, context in try await self.put(request, context) }
        handlers.on(Routes.place, .delete) { _, context in
            try await self.history.delete(try context.recordID(), by: try context.caller.accountID)
            return Response(status: .noContent)
        }
    }

    private var history: HistoryService { HistoryService(database: self.services.database) }

    private func put(_ request: Request, _ context: FilmsContext) async throws -> Response {
        var reader = FieldReader(try await RequestBody.read(request, context))
        // A hundred hours; no film is longer.
        let position = try reader.decimal("positionSeconds", 0...360_000, isRequired: true)
        let duration = try reader.decimal("durationSeconds", 0...360_000)
        let watched = try reader.bool("watched", isRequired: true)
        let device = try reader.text("device", 0...100)
        try reader.finish()
        guard let position, let watched else {
            throw FilmsError.defect("positionSeconds and watched are missing.")
        }
        let place = HistoryService.Place(
            positionSeconds: position,
            durationSeconds: duration,
            watched: watched,
            device: device
        )
        let record = try await self.history.put(
            place,
            in: try context.recordID(),
            by: try context.caller.accountID
        )
        return ReadyJSON.response(record.json)
    }
}
