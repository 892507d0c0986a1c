import HTTPServing
import HTTPTypes
import Hummingbird

/// Gives a person everything of theirs as an archive.
struct ExportController {
    let exports: ExportService

    init(_ services: FilmsServices) {
        self.exports = services.accounts.exportService(media: services.media)
    }

    func register(with handlers: inout RouteHandlers<FilmsContext>) {
        handlers.on(Routes.export, .get, .head) { request, context in
            let caller = try context.caller
            guard request.method != .head else {
                var response = Response(status: .ok, headers: Self.headers)
                // Nobody knows how long it will be.
                response.headers[.contentLength] = nil
                return response
            }
            let exports = self.exports
            let beginning = try await exports.begin(caller)
            let body = ResponseBody { writer in
                var output = writer
                // Held to the end of the archive.
                defer { withExtendedLifetime(beginning.place) {} }
                try await exports.write(beginning) { try await output.write($0) }
                try await output.finish(nil)
            }
            return Response(status: .ok, headers: Self.headers, body: body)
        }
    }

    private static let headers: HTTPFields = [
        .contentType: "application/zip", .contentDisposition: "attachment; filename=\"films.zip\"",
        .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
    ]
}
