import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `GET` and `HEAD` of `/files/{path}` and `/api/files/{path}`: the bytes.
struct FileController: Sendable {
    let files: FileService
    let renditions: RenditionService
    let clock: WallClock

    func register(with router: Router<MediaRequestContext>) {
        for prefix in ["/files", "/api/files"] {
            for method in [HTTPRequest.Method.get, .head] {
                router.on("\(prefix)/**", method: method) { request, context in
                    try await self.serve(request, context: context)
                }
            }
        }
    }

    private func serve(_ request: Request, context: MediaRequestContext) async throws -> Response {
        let target = try RequestTarget(request)
        let segments = target.path.segments.drop { $0 != "files" }.dropFirst()
        guard segments.count >= 2, !target.path.hasTrailingSlash else {
            throw MediaError(.notFound, "There is no file at this path.")
        }
        let opened = try await self.files.open(try MediaPath(validating: Array(segments)))
        guard let preset = target.query["preset"] else {
            return self.respond(
                .init(original: opened.record, query: target.query),
                file: opened.file,
                request: request,
                context: context
            )
        }
        let format = Self.format(accepting: request.headers)
        let key = try self.renditions.key(for: opened.record, preset: preset, format: format)
        let rendition = try await self.renditions.rendition(key, of: opened)
        return self.respond(
            .init(rendition: rendition, of: opened.record, query: target.query),
            file: rendition.file,
            request: request,
            context: context
        )
    }

    private func respond(
        _ served: ServedFile,
        file: OpenFile,
        request: Request,
        context: MediaRequestContext
    ) -> Response {
        let representation = served.representation(length: file.identity.size.bytes)
        let plan = ServingPlan.make(
            method: request.method,
            headers: request.headers,
            representation: representation,
            now: self.clock().seconds
        )
        if let refusal = Self.refusal(plan.content) {
            return refusal.response(method: request.method, headers: plan.fields)
        }
        let body =
            request.method == .head ? ResponseBody() : FileBody.body(of: plan, file: file, channel: context.channel)
        var response = Response(status: plan.status, headers: plan.fields, body: body)
        // An empty body brings a length of its own, which a 304 must not have.
        if plan.content == .notModified { response.headers[.contentLength] = nil }
        return response
    }

    private static func refusal(_ content: ServingPlan.Content) -> ProblemResponse? {
        switch content {
        case .preconditionFailed:
            ProblemResponse(
                status: .preconditionFailed,
                code: "precondition_failed",
                detail: "The file is not, or no longer, the one that If-Match or If-Unmodified-Since asks for."
            )
        case .unsatisfiable(let length):
            ProblemResponse(
                status: .rangeNotSatisfiable,
                code: "range_not_satisfiable",
                detail: "No byte of the range is in the file, which has \(length) bytes."
            )
        default: nil
        }
    }

    /// WebP only for those who ask for it by name: `*/*` is also what programs send that cannot show it.
    private static func format(accepting headers: HTTPFields) -> RenditionFormat {
        let accept = AcceptNegotiation(
            headers[values: .accept].isEmpty ? nil : headers[values: .accept].joined(separator: ",")
        )
        let offered = [RenditionFormat.webp, .jpeg].map(\.type.essence)
        let preferred = accept.preferred(of: offered, explicitOnly: AcceptNegotiation.newerImageFormats)
        return preferred == RenditionFormat.webp.type.essence ? .webp : .jpeg
    }
}
