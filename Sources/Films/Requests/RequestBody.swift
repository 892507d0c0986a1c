import FoundationEssentials
import HTTPServing
import HTTPTypes
package import Hummingbird
import NIOCore

/// The JSON object that a request brings.
package struct RequestBody: Sendable {
    /// Bytes of a body, at most.
    package static let maximumBytes = 1 << 20

    /// Its members. Those that nobody knows are ignored.
    package let members: [String: JSONValue]

    package init(members: [String: JSONValue]) { self.members = members }

    /// Reads the content of a request.
    /// - Parameter types: media types that it may have.
    /// - Throws: ``FilmsError`` `invalid_request`, `payload_too_large`, `unsupported_media_type`.
    package static func read(
        _ request: Request,
        _ context: FilmsContext,
        types: Set<String> = ["application/json"]
    ) async throws(FilmsError) -> RequestBody {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard let type, types.contains(type) else {
            throw FilmsError(.unsupportedMediaType, .sendJSON)
        }
        return try Self.decode(try await Self.bytes(of: request, context))
    }

    /// JSON as RFC 8259 has it, in UTF-8 (section 8.1) and no other encoding; each name once in its object: of two, which one counts would be chance.
    /// - Throws: ``FilmsError`` `invalid_request`.
    package static func decode(_ bytes: [UInt8]) throws(FilmsError) -> RequestBody {
        switch JSONBounds.flaw(in: bytes) {
        case .tooLarge: throw FilmsError(.invalidRequest, .tooManyValues)
        case .trailingComma: throw FilmsError(.invalidRequest, .noJSONObject)
        case nil: break
        }
        do {
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
            guard case .object(let members) = value, !bytes.contains(0) else {
                throw FilmsError(.invalidRequest, .noJSONObject)
            }
            if let name = RepeatedName.first(in: bytes).map({ String($0.prefix(60)) }) {
                let field = FieldProblem(name, .invalid, .memberTwice, ["name": name])
                throw FilmsError(.invalidRequest, .memberTwice, ["name": name], fields: [field])
            }
            return RequestBody(members: members)
        } catch let error as FilmsError {
            throw error
        } catch {
            throw FilmsError(.invalidRequest, .noJSONObject, cause: error)
        }
    }

    private static func bytes(of request: Request, _ context: FilmsContext) async throws(FilmsError) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            try await context.channel.wantBody()
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= Self.maximumBytes else {
                    throw FilmsError(.payloadTooLarge, .bodyTooLong, ["limit": "\(Self.maximumBytes)"])
                }
                bytes += buffer.readableBytesView
            }
        } catch let error as FilmsError {
            throw error
        } catch {
            throw FilmsError(.invalidRequest, .stoppedEarly, cause: error)
        }
        return bytes
    }
}
