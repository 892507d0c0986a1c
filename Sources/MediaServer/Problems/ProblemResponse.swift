import FoundationEssentials
import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore
import NIOCore

/// Problem details for HTTP APIs (RFC 9457), with a stable `code` and an error's further members.
struct ProblemResponse: Encodable {
    private let status: HTTPResponse.Status
    private let code: String
    private let detail: String
    private let members: [String: [String]]

    /// - Parameter status: where a protocol asks for another one than the code's own.
    init(_ error: MediaError, status: HTTPResponse.Status? = nil) {
        self.status = status ?? ErrorStatus.of(error.code)
        self.code = error.code.rawValue
        self.detail = error.message
        self.members = error.details
    }

    init(status: HTTPResponse.Status, code: String, detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
        self.members = [:]
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { self.stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { return nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.type(of: self.code), forKey: Key("type"))
        try container.encode(self.status.reasonPhrase, forKey: Key("title"))
        try container.encode(self.status.code, forKey: Key("status"))
        try container.encode(self.detail, forKey: Key("detail"))
        try container.encode(self.code, forKey: Key("code"))
        for (name, values) in self.members {
            // The registered problem types have numbers where ours have lists of text.
            if Self.numbers.contains(name), let number = values.first.flatMap({ Int64($0) }) {
                try container.encode(number, forKey: Key(name))
            } else {
                try container.encode(values, forKey: Key(name))
            }
        }
    }

    private static let numbers: Set<String> = ["expected-offset", "provided-offset"]

    /// Our own type but where one is registered.
    private static func type(of code: String) -> String {
        switch MediaError.Code(rawValue: code) {
        case .offsetMismatch: HTTPUploadProblem.mismatchingOffset
        case .lengthMismatch: HTTPUploadProblem.inconsistentLength
        case .uploadComplete: HTTPUploadProblem.completedUpload
        default: "urn:mediad:problem:\(code)"
        }
    }

    func response(method: HTTPRequest.Method, headers: HTTPFields = HTTPFields()) -> Response {
        let body = (try? JSON.encode(self)) ?? ByteBuffer(string: "{}")
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.contentLength] = String(body.readableBytes)
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: self.status,
            headers: headers,
            body: method == .head ? ResponseBody() : ResponseBody(byteBuffer: body)
        )
    }
}

/// JSON as this API writes it.
enum JSON {
    static func encode(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        ]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: try self.encode(value)))
    }
}
