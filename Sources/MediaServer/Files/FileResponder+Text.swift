import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore
import NIOCore

extension FileResponder {
    /// Responds with a text that was written for this request, such as a playlist: conditional, but without ranges.
    ///
    /// - Parameters:
    ///   - type: with its parameters, as `Content-Type` has it.
    ///   - version: the `v` of the URL; see ``ServingPolicy/freshness(for:version:present:)``.
    func respond(text: String, type: String, version: String?, to question: Question) -> Response {
        let (request, record) = (question.request, question.record)
        let now = self.clock().seconds
        let freshness = self.policy.freshness(
            for: record,
            version: version,
            present: [record.version.digest.prefix]
        )
        var extraFields: HTTPFields = [.cacheControl: freshness.shared, .xContentTypeOptions: "nosniff"]
        question.guarding.apply(to: &extraFields, freshness: freshness, at: now)
        let bytes = ByteBuffer(string: text)
        let representation = Representation(
            contentType: type,
            length: Int64(bytes.readableBytes),
            entityTag: EntityTag(opaque: "\(record.version.digest.prefix)-\(Self.fingerprint(text))"),
            // More than the file decides the text, and nobody knows when all of that changed last.
            lastModified: nil,
            extraFields: extraFields
        )
        let plan = ServingPlan.make(
            // The response to HEAD knows no ranges, and is otherwise the same.
            method: .head,
            headers: request.headers,
            representation: representation,
            now: now
        )
        if let response = Self.responseWithoutContent(plan, request) { return response }
        var fields = plan.fields
        fields[.acceptRanges] = nil
        let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: bytes)
        return Response(status: plan.status, headers: fields, body: body)
    }

    /// FNV-1a: tells the texts of one file apart.
    private static func fingerprint(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
