import FoundationEssentials
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import NIOCore

/// A small JSON object that a request brings.
///
/// Members that nobody knows are ignored; one of a wrong type is refused by its name.
enum JSONContent {
    /// Reads and decodes the content.
    ///
    /// - Parameter maximumLength: bytes that are read at most.
    /// - Throws: ``MediaError`` `invalid_request`; ``FieldedError`` with `unsupported_media_type`, or with 413.
    static func read<Value: Decodable>(
        _ type: Value.Type,
        of request: Request,
        _ context: MediaRequestContext,
        maximumLength: Int
    ) async throws -> Value {
        try Self.checkType(request)
        guard let bytes = try await Self.bytes(of: request, context, maximumLength: maximumLength) else {
            let error = MediaError(.invalidRequest, "The body is longer than \(maximumLength) bytes.")
            throw FieldedError(error, [:], status: .contentTooLarge)
        }
        return try Self.decode(type, from: bytes)
    }

    /// - Throws: `invalid_request`, naming the member that is not as it should be.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(MediaError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw MediaError(.invalidRequest, Self.message(for: error), cause: error)
        } catch let error as MediaError {
            throw error
        } catch {
            throw MediaError(.invalidRequest, "The body is no JSON object.", cause: error)
        }
    }

    private static func message(for error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            return "\(Self.name(context.codingPath + [key])) is missing."
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            guard !context.codingPath.isEmpty else { return "The body is no JSON object." }
            return "\(Self.name(context.codingPath)) must be \(Self.noun(type))."
        default: return "The body is no JSON object."
        }
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.map { $0.stringValue.bounded(to: 64) }.joined(separator: ".")
    }

    private static func noun(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is Int.Type, is Int64.Type, is Double.Type: "a number"
        default: "of another type"
        }
    }

    /// The content as it is.
    /// - Returns: nil when it is too long.
    static func bytes(
        of request: Request,
        _ context: MediaRequestContext,
        maximumLength: Int
    ) async throws(MediaError) -> [UInt8]? {
        do {
            try await context.channel.wantBody()
            var bytes: [UInt8] = []
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= maximumLength else { return nil }
                bytes += buffer.readableBytesView
            }
            return bytes
        } catch {
            // The connection's own errors mean that the client went away.
            throw MediaError(.uploadIncomplete, "The request stopped before its end.", cause: error)
        }
    }

    /// - Throws: `unsupported_media_type` for what does not say that it is JSON.
    static func checkType(_ request: Request) throws(FieldedError) {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
        guard type.filter({ $0 != " " && $0 != "\t" }) == "application/json" else {
            throw FieldedError(MediaError(.unsupportedMediaType, "Send the content as application/json."), [:])
        }
    }
}
