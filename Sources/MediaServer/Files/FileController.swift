import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `GET` and `HEAD` of `/files/{path}` and `/api/files/{path}`: the bytes.
struct FileController: Sendable {
    let files: FileService
    let renditions: RenditionService
    let hotFiles: HotFileCache
    let crossOrigin: CrossOriginPolicy
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
        let generation = self.hotFiles.generation
        let opened = try await self.files.open(try MediaPath(validating: Array(segments)))
        guard let preset = target.query["preset"] else {
            return self.respond(
                .init(original: opened.record, query: target.query),
                file: opened.file,
                request: request,
                context: context
            ) { representation in
                self.keep(
                    request,
                    format: nil,
                    record: opened.record,
                    file: opened.file,
                    representation,
                    digest: opened.record.version.digest,
                    since: generation
                )
            }
        }
        let accept = request.headers[values: .accept]
        let format = RenditionFormat.preferred(accept: accept.isEmpty ? nil : accept.joined(separator: ","))
        let key = try self.renditions.key(for: opened.record, preset: preset, format: format)
        let rendition = try await self.renditions.rendition(key, of: opened)
        return self.respond(
            .init(rendition: rendition, of: opened.record, query: target.query),
            file: rendition.file,
            request: request,
            context: context
        ) { representation in
            self.keep(
                request,
                format: format,
                record: opened.record,
                file: rendition.file,
                representation,
                digest: nil,
                since: generation
            )
        }
    }

    private func respond(
        _ served: ServedFile,
        file: OpenFile,
        request: Request,
        context: MediaRequestContext,
        keep: (Representation) -> Void
    ) -> Response {
        let representation = served.representation(length: file.identity.size.bytes)
        keep(representation)
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

    /// The next request for the same needs neither the router nor the catalog.
    private func keep(
        _ request: Request,
        format: RenditionFormat?,
        record: MediaFile,
        file: OpenFile,
        _ representation: Representation,
        digest: Digest?,
        since generation: Int
    ) {
        let candidate = HotFile.Candidate(
            target: request.head.path ?? "",
            format: format,
            path: record.path,
            file: file,
            representation: representation,
            commonFields: self.crossOrigin.readingFields(origin: nil),
            digest: digest,
            pace: nil
        )
        if let candidate { self.hotFiles.admit(candidate, since: generation) }
    }
}
