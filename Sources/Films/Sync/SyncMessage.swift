import FoundationEssentials
import HTTPServing
import NIOCore
import Primitives

/// What a client says on `/api/sync` (schema `ToService` of docs/films-api.yaml): one JSON object a message.
enum SyncCommand: Hashable, Sendable {
    /// Who it is, for the first time or in place of the token before.
    case token(String)
    /// nil: from the floor.
    case subscribe(id: String, since: Start?)
    case unsubscribe(id: String)

    /// Where a subscription begins.
    enum Start: Hashable, Sendable {
        case now
        case cursor(FeedCursor)

        /// `now`, or a cursor; nil for anything else.
        init?(_ text: String) {
            if text == "now" {
                self = .now
            } else if let cursor = FeedCursor(text) {
                self = .cursor(cursor)
            } else {
                return nil
            }
        }
    }

    /// Of an id, in characters.
    static let maximumIDLength = 64

    /// Reads a message, by the rules of a request's body; nil for what is none. Members that are not known are passed over.
    init?(_ text: String) {
        guard let body = try? RequestBody.decode(Array(text.utf8)), let message = Message(body.members) else {
            return nil
        }
        switch (message.type, message.id) {
        case ("token", _):
            guard let token = message.token else { return nil }
            self = .token(token)
        case ("subscribe", let id?) where id.count <= Self.maximumIDLength:
            var start: Start?
            if let since = message.since {
                guard let given = Start(since) else { return nil }
                start = given
            }
            self = .subscribe(id: id, since: start)
        case ("unsubscribe", let id?): self = .unsubscribe(id: id)
        default: return nil
        }
    }

    private struct Message {
        let type: String
        let id: String?
        let since: String?
        let token: String?

        /// Nil where a member is no text, or no type is there. `null` is absent.
        init?(_ members: [String: JSONValue]) {
            var texts: [String: String] = [:]
            for name in ["type", "id", "since", "token"] {
                switch members[name] ?? .null {
                case .null: break
                case .text(let text): texts[name] = text
                default: return nil
                }
            }
            guard let type = texts["type"] else { return nil }
            self.type = type
            (self.id, self.since, self.token) = (texts["id"], texts["since"], texts["token"])
        }
    }
}

/// What the service says there (schema `FromService`).
enum SyncMessage {
    private struct Message: Encodable {
        var type: String
        var id: String?
        var cursor: String?
        var floor: String?
        var head: String?
        var code: String?
        var detail: String?
        var retryAfterSeconds: Int?
    }

    static func subscribed(_ id: String, at cursor: FeedCursor) -> ByteBuffer {
        Self.encode(Message(type: "subscribed", id: id, cursor: cursor.description))
    }

    static func heartbeat(at cursor: FeedCursor) -> ByteBuffer {
        Self.encode(Message(type: "heartbeat", cursor: cursor.description))
    }

    static func resync(floor: String, head: String) -> ByteBuffer {
        Self.encode(Message(type: "resync", floor: floor, head: head))
    }

    static func error(
        _ code: String,
        _ detail: String,
        retryAfterSeconds: Int? = nil,
        at cursor: FeedCursor? = nil
    ) -> ByteBuffer {
        var message = Message(type: "error", cursor: cursor?.description, code: code, detail: detail)
        message.retryAfterSeconds = retryAfterSeconds
        return Self.encode(message)
    }

    /// What an event's message begins with; the event and a brace follow.
    static func eventStart(id: String) -> [UInt8] {
        Array(Self.encode(Message(type: "event", id: id)).readableBytesView.dropLast()) + Array(",\"event\":".utf8)
    }

    static func event(_ json: [UInt8], _ start: [UInt8]) -> ByteBuffer {
        var text = ByteBuffer()
        text.reserveCapacity(start.count + json.count + 1)
        text.writeBytes(start)
        text.writeBytes(json)
        text.writeInteger(UInt8(ascii: "}"))
        return text
    }

    private static func encode(_ message: Message) -> ByteBuffer {
        // A value of texts and numbers can be encoded.
        (try? JSON.encode(message)) ?? ByteBuffer(string: "{}")
    }
}
