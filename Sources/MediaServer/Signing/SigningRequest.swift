import FoundationEssentials
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import NIOCore

/// What `POST /api/sign` is asked for. Members that are not known mean nothing.
struct SigningRequest: Decodable {
    /// One to ``maximumCount``.
    var urls: [String]
    /// Seconds; nil: the standard time.
    var expiresIn: Int64?

    /// Addresses in one request.
    static let maximumCount = 1000
    /// Bytes of the body.
    static let maximumLength = 1 << 20

    /// Reads the body of a request.
    /// - Throws: ``MediaError`` `invalid_request`, naming the member; ``FieldedError`` with `unsupported_media_type`, or with 413.
    init(_ request: Request, _ context: MediaRequestContext) async throws {
        try JSONContent.checkType(request)
        guard let bytes = try await JSONContent.bytes(of: request, context, maximumLength: Self.maximumLength) else {
            let error = MediaError(.invalidRequest, "The body is longer than \(Self.maximumLength) bytes.")
            throw FieldedError(error, [:], status: .contentTooLarge)
        }
        try self.init(json: bytes)
    }

    /// - Throws: `invalid_request`.
    init(json bytes: [UInt8]) throws(MediaError) {
        do {
            self = try JSONDecoder().decode(SigningRequest.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw MediaError(.invalidRequest, Self.message(error))
        } catch {
            throw MediaError(.invalidRequest, Self.form, cause: error)
        }
        guard (1...Self.maximumCount).contains(self.urls.count) else {
            throw MediaError(.invalidRequest, "urls must have 1 to \(Self.maximumCount) addresses.")
        }
    }

    private static let form =
        "The body must be a JSON object of the form {\"urls\": [\"/files/...\"], \"expiresIn\": 3600}."

    private static func message(_ error: DecodingError) -> String {
        let path: [any CodingKey]
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = context.codingPath
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        @unknown default: path = []
        }
        guard let member = path.first?.stringValue else { return Self.form }
        guard member == "urls" else { return "\(member) must be a whole number of seconds." }
        return path.dropFirst().first?.intValue.map { "urls[\($0)] must be a text." } ?? "urls must be a list of texts."
    }
}
