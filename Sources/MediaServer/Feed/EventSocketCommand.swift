import FoundationEssentials
import MediaCore
import MediaEngine

/// What a client says on `/api/events/ws`: one JSON object a message.
enum EventSocketCommand {
    /// `hasProgress`: with how far uploads have come.
    case subscribe(id: String, start: FeedHub.Start, filter: FeedFilter, hasProgress: Bool)
    case unsubscribe(id: String)
    /// Another token in place of the one that the connection began with.
    case token(String)

    /// Of an id, in UTF-8.
    static let maximumIDLengthBytes = 128
    /// Collections of one subscription.
    static let maximumCollections = 100

    /// Reads a message. Members that are not known are passed over.
    ///
    /// - Throws: ``Refusal`` with the id that the message had, if it had one.
    init(_ text: String) throws(Refusal) {
        let message: Message
        do {
            message = try JSONDecoder().decode(Message.self, from: Data(text.utf8))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw Refusal(id: Self.readableID(text), Self.mismatch(context.codingPath))
        } catch {
            throw Refusal(id: nil, "The message is no JSON object.")
        }
        switch message.type {
        case "subscribe": self = try Self.subscription(message)
        case "unsubscribe": self = .unsubscribe(id: try Self.id(message))
        case "token":
            guard let token = message.token else { throw Refusal(id: message.id, "\"token\" is missing.") }
            self = .token(token)
        case nil: throw Refusal(id: message.id, "\"type\" is missing: subscribe, unsubscribe or token.")
        default: throw Refusal(id: message.id, "\"type\" must be subscribe, unsubscribe or token.")
        }
    }

    /// A message that is none, in words for people.
    struct Refusal: Error {
        var id: String?
        var detail: String

        init(id: String?, _ detail: String) {
            self.id = id
            self.detail = detail
        }
    }

    private struct Message: Decodable {
        var type: String?
        var id: String?
        var since: String?
        var collections: [String]?
        var collection: String?
        var entity: String?
        var path: String?
        var progress: Bool?
        var token: String?
    }

    private struct Named: Decodable {
        var id: String?
    }

    /// The id of a message that cannot be read otherwise.
    private static func readableID(_ text: String) -> String? {
        (try? JSONDecoder().decode(Named.self, from: Data(text.utf8)))?.id
    }

    private static func mismatch(_ path: [any CodingKey]) -> String {
        guard let member = path.first?.stringValue else { return "The message is no JSON object." }
        return switch member {
        case "collections": "\"collections\" must be a list of texts."
        case "progress": "\"progress\" must be true or false."
        default: "\"\(member)\" must be a text."
        }
    }

    private static func id(_ message: Message) throws(Refusal) -> String {
        guard let id = message.id else { throw Refusal(id: nil, "\"id\" is missing: a text of your own.") }
        guard id.utf8.count <= Self.maximumIDLengthBytes else {
            throw Refusal(id: nil, "\"id\" has more than \(Self.maximumIDLengthBytes) bytes.")
        }
        return id
    }

    private static func subscription(_ message: Message) throws(Refusal) -> EventSocketCommand {
        let id = try Self.id(message)
        let collections = (message.collections ?? []) + (message.collection.map { [$0] } ?? [])
        guard collections.count <= Self.maximumCollections else {
            throw Refusal(id: id, "\"collections\" has more than \(Self.maximumCollections) entries.")
        }
        let filter = FeedFilter(collections: collections, entity: message.entity, path: message.path)
        do throws(MediaError) {
            try FeedQuery.check(filter)
            let start = try message.since.map { text throws(MediaError) in try FeedQuery.start(text, "since") }
            return .subscribe(
                id: id,
                start: start ?? .now,
                filter: filter,
                hasProgress: message.progress ?? false
            )
        } catch {
            throw Refusal(id: id, error.message)
        }
    }
}
