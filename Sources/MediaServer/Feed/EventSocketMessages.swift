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

    static func resync(_ id: String?, _ bounds: FeedBounds) -> ByteBuffer {
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

    static func error(_ code: MediaError.Code, _ detail: String, id: String?) -> ByteBuffer {
        var message = Message(type: "error", id: id, code: code.rawValue, detail: detail)
        message.retryAfter = ErrorStatus.retryAfter(code).map(Double.init)
        return Self.encode(message)
    }

    /// Why a subscription has ended, with the cursor to go on from.
    ///
    /// - Parameters:
    ///   - id: nil where a connection without subscriptions ends.
    ///   - cursor: nil before the first one that the client was told.
    static func ending(_ reason: FeedEnd, of id: String?, at cursor: FeedCursor?) -> ByteBuffer {
        switch reason {
        case .expired(let bounds): Self.resync(id, bounds)
        case .accessLost: Self.encode(AccessLost(id: id, event: .init(cursor: cursor?.text)))
        case .lost: Self.end(reason, id, cursor, "The events cannot be read at the moment.", retry: .seconds(2))
        case .slow: Self.end(reason, id, cursor, "You read more slowly than events come.")
        case .tokenExpired: Self.end(reason, id, cursor, "The token has expired. Send a new one in time.")
        case .shuttingDown(let retry):
            Self.end(reason, id, cursor, "The service is shutting down. Connect again.", retry: retry)
        }
    }

    private struct AccessLost: Encodable {
        struct Event: Encodable {
            var type = "access.lost"
            var cursor: String?
        }

        var type = "event"
        var id: String?
        var event: Event
    }

    private static func end(
        _ reason: FeedEnd,
        _ id: String?,
        _ cursor: FeedCursor?,
        _ detail: String,
        retry: Duration? = nil
    ) -> ByteBuffer {
        var message = Message(type: "error", id: id, cursor: cursor?.text, code: reason.code, detail: detail)
        message.retryAfter = retry.map { Double(ServerSentEvents.milliseconds($0)) / 1000 }
        return Self.encode(message)
    }

    private static func encode(_ message: some Encodable) -> ByteBuffer {
        // A value of texts and numbers can be encoded.
        (try? JSON.encode(message)) ?? ByteBuffer(string: "{}")
    }
}
