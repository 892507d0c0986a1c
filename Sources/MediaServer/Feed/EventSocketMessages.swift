import HTTPServing
import MediaCore
import MediaEngine
import NIOCore

/// What the daemon says on `/api/events/ws`.
enum EventSocketMessages {
    private struct Message: Encodable {
        var type: String
        var id: String?
        var cursor: String?
        var floor: String?
        var head: String?
        var code: String?
        var detail: String?
        /// Seconds after which to come again.
        var retryAfter: Double?
    }

    /// What an event's message begins with; the event and a brace follow.
    static func eventStart(id: String) -> [UInt8] {
        let id = Self.encode(Message(type: "event", id: id))
        // `{"id":"...","type":"event"}` without its end.
        return Array(id.readableBytesView.dropLast()) + Array(",\"event\":".utf8)
    }

    static func event(_ json: [UInt8], _ start: [UInt8]) -> ByteBuffer {
        var text = ByteBuffer()
        text.reserveCapacity(start.count + json.count + 1)
        text.writeBytes(start)
        text.writeBytes(json)
        text.writeInteger(UInt8(ascii: "}"))
        return text
    }

    static func subscribed(_ id: String, at cursor: FeedCursor) -> ByteBuffer {
        Self.encode(Message(type: "subscribed", id: id, cursor: cursor.text))
    }

    static func heartbeat(_ id: String, at cursor: FeedCursor) -> ByteBuffer {
        Self.encode(Message(type: "heartbeat", id: id, cursor: cursor.text))
    }

    static func resync(_ id: String, _ bounds: FeedBounds) -> ByteBuffer {
        Self.encode(
            Message(
                type: "resync",
                id: id,
                floor: bounds.floor.text,
                head: bounds.head.text,
                code: MediaError.Code.cursorExpired.rawValue
            )
        )
    }

    static func error(_ code: String, _ detail: String, id: String?) -> ByteBuffer {
        Self.encode(Message(type: "error", id: id, code: code, detail: detail))
    }

    /// Why a subscription has ended, with the cursor to go on from.
    static func ending(_ reason: FeedEnd, of id: String, at cursor: FeedCursor) -> ByteBuffer {
        switch reason {
        case .expired(let bounds): return Self.resync(id, bounds)
        case .accessLost:
            let json = "{\"cursor\":\"\(cursor.text)\",\"type\":\"access.lost\"}"
            return Self.event(Array(json.utf8), Self.eventStart(id: id))
        case .lost: return Self.end(reason, id, cursor, "The events cannot be read at the moment.")
        case .slow: return Self.end(reason, id, cursor, "You read more slowly than events come.")
        case .tokenExpired: return Self.end(reason, id, cursor, "The token has expired. Send a new one in time.")
        case .shuttingDown(let retry):
            var message = Message(type: "error", id: id, cursor: cursor.text, code: reason.code)
            message.detail = "The service is shutting down. Connect again."
            message.retryAfter = Double(ServerSentEvents.milliseconds(retry)) / 1000
            return Self.encode(message)
        }
    }

    private static func end(_ reason: FeedEnd, _ id: String, _ cursor: FeedCursor, _ detail: String) -> ByteBuffer {
        Self.encode(Message(type: "error", id: id, cursor: cursor.text, code: reason.code, detail: detail))
    }

    private static func encode(_ message: Message) -> ByteBuffer {
        // A value of texts and numbers can be encoded.
        (try? JSON.encode(message)) ?? ByteBuffer(string: "{}")
    }
}
