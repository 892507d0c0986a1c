import FoundationEssentials
import HTTPServing
import Hummingbird
import MediaCore
import MediaEngine
import NIOCore

/// What a client sends to ask for a grant: a JSON object. Members that are not known are left alone, as a later version may have them.
struct GrantBody: Decodable {
    let request: GrantRequest

    /// Bytes; a grant has little to say.
    static let maximumLength = 32768

    /// Reads the body of a request.
    /// - Throws: ``MediaError`` `invalid_request`, naming the member; ``FieldedError`` with 413.
    init(_ request: Request, _ context: MediaRequestContext) async throws {
        guard let bytes = try await Self.bytes(of: request, context) else {
            let error = MediaError(.invalidRequest, "The body is longer than \(Self.maximumLength) bytes.")
            throw FieldedError(error, [:], status: .contentTooLarge)
        }
        try self.init(json: bytes)
    }

    /// - Returns: nil when it is too long.
    private static func bytes(
        of request: Request,
        _ context: MediaRequestContext
    ) async throws(MediaError) -> [UInt8]? {
        do {
            try await context.channel.wantBody()
            var bytes: [UInt8] = []
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= Self.maximumLength else { return nil }
                bytes += buffer.readableBytesView
            }
            return bytes
        } catch {
            // The connection's own errors mean that the client went away.
            throw MediaError(.uploadIncomplete, "The request stopped before its end.", cause: error)
        }
    }

    /// - Throws: `invalid_request`.
    init(json bytes: [UInt8]) throws(MediaError) {
        do {
            self = try JSONDecoder().decode(GrantBody.self, from: Data(bytes))
        } catch let error as MediaError {
            throw error
        } catch let error as DecodingError {
            throw Self.refusal(error)
        } catch {
            throw Self.noObject(error)
        }
    }

    private enum Key: String, CodingKey {
        case collection, name, namePrefix, types, maximumSize, size, sha256, expiresIn, replace, owner

        /// What the member has to be.
        var form: String {
            switch self {
            case .collection, .name, .namePrefix, .sha256, .owner: "has to be a text"
            case .types: "has to be a list of texts such as image/png"
            case .maximumSize, .size: "has to be a whole number of bytes"
            case .expiresIn: "has to be a whole number of seconds"
            case .replace: "has to be true or false"
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        self.request = GrantRequest(
            collection: try members.decode(String.self, forKey: .collection),
            name: try members.decodeIfPresent(String.self, forKey: .name),
            namePrefix: try members.decodeIfPresent(String.self, forKey: .namePrefix),
            types: try members.decodeIfPresent([String].self, forKey: .types),
            maximumSize: try Self.number(members, .maximumSize),
            size: try Self.number(members, .size),
            sha256: try members.decodeIfPresent(String.self, forKey: .sha256),
            expiresIn: try Self.number(members, .expiresIn),
            replace: try members.decodeIfPresent(Bool.self, forKey: .replace),
            owner: try members.decodeIfPresent(String.self, forKey: .owner)
        )
    }

    /// A whole number. One that is none, or has too many digits, is told by its member, which the decoder does not always name.
    private static func number(_ members: KeyedDecodingContainer<Key>, _ key: Key) throws -> Int64? {
        do {
            return try members.decodeIfPresent(Int64.self, forKey: key)
        } catch {
            throw MediaError.member(key.rawValue, key.form)
        }
    }

    private static func refusal(_ error: DecodingError) -> MediaError {
        let path: [any CodingKey]
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = context.codingPath
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        @unknown default: path = []
        }
        guard let key = path.first.flatMap({ Key(rawValue: $0.stringValue) }) else { return self.noObject(error) }
        return .member(key.rawValue, key.form)
    }

    private static func noObject(_ error: any Error) -> MediaError {
        MediaError(
            .invalidRequest,
            "The body is no JSON object of the form {\"collection\": \"avatars\", \"name\": \"user1\"}.",
            cause: error
        )
    }
}
