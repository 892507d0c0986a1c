import FoundationEssentials
import HTTPServing
import Hummingbird
import MediaCore
import MediaEngine

/// The bodies of requests about webhooks: JSON objects whose unknown members mean nothing.
enum WebhookBody {
    /// Bytes; there is not much to say.
    static let maximumLength = 16 << 10

    /// `POST /api/webhooks`.
    struct Creation: Decodable {
        var url: String
        var name: String?
        var events: [String]?
        var collections: [String]?
        var from: String?
    }

    /// `PATCH /api/webhooks/{id}`. A member that is there has a value: null is of another type.
    struct Change: Decodable {
        var change: WebhookChange

        private enum Key: String, CodingKey { case url, name, events, collections, active }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Key.self)
            func value<Value: Decodable>(_ key: Key) throws -> Value? {
                members.contains(key) ? try members.decode(Value.self, forKey: key) : nil
            }
            self.change = WebhookChange(
                url: try value(.url),
                name: try value(.name),
                events: try value(.events),
                collections: try value(.collections),
                isActive: try value(.active)
            )
        }
    }

    /// `POST /api/webhooks/{id}/replay`.
    struct Replay: Decodable {
        var from: String
    }

    /// `POST /api/webhooks/{id}/rotate`.
    struct Rotation: Decodable {
        var dropOld: Bool?
    }

    /// Reads the body of a request; none at all is an empty object.
    ///
    /// Its type must be that of JSON: a web site's script cannot send that to another site unasked (Fetch standard, "CORS-safelisted
    /// request-header"), so no page makes a webhook with a daemon that is open on its reader's machine.
    /// - Throws: ``MediaError`` `invalid_request`, naming the member; ``FieldedError`` with 413, or with `unsupported_media_type`.
    static func read<Body: Decodable>(
        _ type: Body.Type,
        _ request: Request,
        _ context: MediaRequestContext
    ) async throws -> Body {
        guard let bytes = try await JSONContent.bytes(of: request, context, maximumLength: self.maximumLength) else {
            let error = MediaError(.invalidRequest, "The body is longer than \(self.maximumLength) bytes.")
            throw FieldedError(error, [:], status: .contentTooLarge)
        }
        guard !bytes.isEmpty else { return try self.decode(type, Array("{}".utf8)) }
        try JSONContent.checkType(request)
        return try self.decode(type, bytes)
    }

    /// - Throws: `invalid_request`, naming the member.
    static func decode<Body: Decodable>(_ type: Body.Type, _ bytes: [UInt8]) throws(MediaError) -> Body {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw MediaError(.invalidRequest, self.message(error as? DecodingError), cause: error)
        }
    }

    private static func message(_ error: DecodingError?) -> String {
        switch error {
        case .keyNotFound(let key, _): return "The member \"\(key.stringValue)\" is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let member = context.codingPath.first?.stringValue
            return member.map { "The member \"\($0)\" is of another type than expected." }
                ?? "The body must be a JSON object."
        default: return "The body is no JSON object."
        }
    }
}
