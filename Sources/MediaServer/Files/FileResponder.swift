import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// Turns an open file into the response to a request: conditions, ranges, tag, caching, and who sends the bytes.
///
/// One for everything that is served from disk: originals, renditions, and what is made of videos. What it sends it also offers to
/// ``HotFileCache``, which then responds to the next request for the same.
struct FileResponder: Sendable {
    let policy: ServingPolicy
    let acceleration: Acceleration
    let trustedProxies: TrustedAddresses
    let admission: HotFileAdmission
    let clock: WallClock

    /// A mark to be handed to ``respond(_:file:to:)``, taken before the original is opened.
    var generation: Int { self.admission.generation }

    /// Whom a response is for, and about what.
    struct Question {
        var request: Request
        var context: MediaRequestContext
        /// The original's record, also where the response is something made from it.
        var record: MediaFile
        /// See ``FileResponder/generation``; nil where the response is not to be kept in memory.
        var generation: Int?

        /// How that file is guarded.
        var guarding: FileGuard { self.context.guarding(of: self.record) }
    }

    /// - Parameter file: whose bytes `served` describes.
    func respond(_ served: ServedFile, file: OpenFile, to question: Question) -> Response {
        var representation = served.representation(length: file.identity.size.bytes)
        let guarding = question.guarding
        // The fast path leaves a file from the future to the router until its time has come.
        let isPast = representation.validators.lastModified.map { $0 <= self.clock().seconds } ?? true
        if self.acceleration == .none, question.context.match?.route.isServedFromMemory == true, isPast,
            let generation = question.generation
        {
            self.admission.keep(
                served,
                as: representation,
                file: file,
                of: question.record,
                guardedBy: guarding,
                for: question.request,
                since: generation
            )
        }
        guarding.apply(to: &representation.extraFields, freshness: served.freshness, at: self.clock().seconds)
        return self.respond(
            served,
            as: representation,
            file: file,
            request: question.request,
            context: question.context
        )
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
            // A proxy that has the bytes finds out about ranges itself; of the same request without Range the response is HEAD's.
            method: isAccelerated ? .head : request.method,
            headers: request.headers,
            representation: representation,
            now: self.clock().seconds
        )
        if let response = Self.responseWithoutContent(plan, request) { return response }
        if isAccelerated { return self.delegated(plan, served) }
        let body =
            request.method == .head
            ? ResponseBody()
            : FileBody.body(of: plan, file: file, pace: served.pace, channel: context.channel)
        return Response(status: plan.status, headers: plan.fields, body: body)
    }

    /// 304, 412 and 416; nil when bytes are to follow.
    static func responseWithoutContent(_ plan: ServingPlan, _ request: Request) -> Response? {
        if let refusal = self.refusal(plan.content) {
            return refusal.typed(in: .mediad).response(to: request.method, headers: plan.fields)
        }
        guard plan.content == .notModified else { return nil }
        var response = Response(status: plan.status, headers: plan.fields)
        // An empty body brings a length of its own, which a 304 must not have.
        response.headers[.contentLength] = nil
        return response
    }

    // MARK: A proxy that sends the bytes

    /// Others than proxies get the bytes: they would be left with an empty response.
    private func isAccelerated(for context: MediaRequestContext) -> Bool {
        guard self.acceleration != .none, let peer = IPAddress(peer: context.channel.remoteAddress) else {
            return false
        }
        return self.trustedProxies.contains(peer)
    }

    /// The response without bytes, and without what the proxy says itself: how long the file is, and that parts of it can be had.
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

    private static func refusal(_ content: ServingPlan.Content) -> Problem? {
        switch content {
        case .preconditionFailed:
            Problem(
                .preconditionFailed,
                code: "precondition_failed",
                "The file is not, or no longer, the one that If-Match or If-Unmodified-Since asks for."
            )
        case .unsatisfiable(let length):
            Problem(
                .rangeNotSatisfiable,
                code: "range_not_satisfiable",
                "No byte of the range is in the file, which has \(length) bytes."
            )
        default: nil
        }
    }
}
