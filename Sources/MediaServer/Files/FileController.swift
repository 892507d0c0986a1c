import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `GET` and `HEAD` of `/files/{path}` and `/api/files/{path}`: the bytes.
///
/// A proxy in front may send them instead; see ``Acceleration``.
struct FileController: Sendable {
    let files: FileService
    let renditions: RenditionService
    let policy: ServingPolicy
    let acceleration: Acceleration
    let trustedProxies: TrustedAddresses
    let keeper: HotFileKeeper
    let clock: WallClock

    func register(with router: Router<MediaRequestContext>) {
        for prefix in ["/files", "/api/files"] {
            for method in [HTTPRequest.Method.get, .head] {
                router.on("\(prefix)/**", method: method) { request, context in
                    try await self.serve(request, context: context)
                }
            }
            router.on("\(prefix)/**", method: .options) { request, _ in RouteTable.options(of: request) }
        }
    }

    private func serve(_ request: Request, context: MediaRequestContext) async throws -> Response {
        let target = try RequestTarget(request)
        let segments = target.path.segments.drop { $0 != "files" }.dropFirst()
        guard segments.count >= 2, !target.path.hasTrailingSlash else {
            throw MediaError(.notFound, "There is no file at this path.")
        }
        let generation = self.keeper.generation
        let opened = try await self.files.open(try MediaPath(validating: Array(segments)))
        let (served, file): (ServedFile, OpenFile)
        if let preset = target.query["preset"] {
            let accept = request.headers[values: .accept]
            let format = RenditionFormat.preferred(accept: accept.isEmpty ? nil : accept.joined(separator: ","))
            let key = try self.renditions.key(for: opened.record, preset: preset, format: format)
            let rendition = try await self.renditions.rendition(key, of: opened)
            served = ServedFile(rendition: rendition, of: opened.record, query: target.query, policy: self.policy)
            file = rendition.file
        } else {
            served = ServedFile(original: opened.record, query: target.query, policy: self.policy)
            file = opened.file
        }
        let representation = served.representation(length: file.identity.size.bytes)
        if self.acceleration == .none {
            self.keeper.keep(
                served,
                as: representation,
                file: file,
                of: opened.record,
                for: request,
                since: generation
            )
        }
        return self.respond(served, as: representation, file: file, request: request, context: context)
    }

    private func respond(
        _ served: ServedFile,
        as plain: Representation,
        file: OpenFile,
        request: Request,
        context: MediaRequestContext
    ) -> Response {
        var representation = plain
        if let digest = served.digest, Self.wantsDigest(request.headers) {
            representation.extraFields[.reprDigest] = DigestFields.value(sha256: digest.bytes)
        }
        let isAccelerated = self.isAccelerated(for: context)
        let plan = ServingPlan.make(
            // A proxy that has the bytes finds out about ranges itself; of the same request without Range the answer is HEAD's.
            method: isAccelerated ? .head : request.method,
            headers: request.headers,
            representation: representation,
            now: self.clock().seconds
        )
        if let refusal = Self.refusal(plan.content) {
            return refusal.response(method: request.method, headers: plan.fields)
        }
        if plan.content == .notModified {
            var response = Response(status: plan.status, headers: plan.fields)
            // An empty body brings a length of its own, which a 304 must not have.
            response.headers[.contentLength] = nil
            return response
        }
        if isAccelerated { return self.delegated(plan, served) }
        let body =
            request.method == .head
            ? ResponseBody()
            : FileBody.body(of: plan, file: file, pace: served.pace, channel: context.channel)
        return Response(status: plan.status, headers: plan.fields, body: body)
    }

    // MARK: A proxy that sends the bytes

    /// Others than proxies get the bytes: they would be left with an empty answer.
    private func isAccelerated(for context: MediaRequestContext) -> Bool {
        guard self.acceleration != .none, let peer = context.channel.remoteAddress?.ipAddress else { return false }
        return self.trustedProxies.contains(peer)
    }

    /// The answer without bytes, and without what the proxy says itself: how long the file is, and that parts of it can be had.
    private func delegated(_ plan: ServingPlan, _ served: ServedFile) -> Response {
        var fields = plan.fields
        fields[.contentLength] = nil
        fields[.acceptRanges] = nil
        for field in self.acceleration.fields(place: served.place, pace: served.pace) {
            fields[field.name] = field.value
        }
        return Response(status: plan.status, headers: fields)
    }

    // MARK: Details

    private static func wantsDigest(_ headers: HTTPFields) -> Bool {
        guard headers.contains(.wantReprDigest) else { return false }
        return DigestFields.wants(.sha256, lines: headers[values: .wantReprDigest])
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
}
