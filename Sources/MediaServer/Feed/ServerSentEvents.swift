import MediaCore
import MediaEngine
import NIOCore

/// What a stream of events consists of, in the form of HTML, section 9.2.5 "Parsing an event stream".
enum ServerSentEvents {
    /// The first words: when to come again after a break, and from where, also when nothing has happened by then. Without data it is no
    /// event to anybody.
    static func beginning(retry: Duration, at cursor: FeedCursor) -> ByteBuffer {
        ByteBuffer(string: "retry: \(Self.milliseconds(retry))\nid: \(cursor.text)\n\n")
    }

    /// Events, each with its cursor; or a sign of life with the cursor that was reached.
    static func delivery(_ items: [FeedItem], upTo cursor: FeedCursor) -> ByteBuffer {
        guard !items.isEmpty else { return self.event("heartbeat", at: cursor, "{\"cursor\":\"\(cursor.text)\"}") }
        // Thousands of streams get the same single event at the same time, and share its bytes.
        if items.count == 1 { return items[0].frame { self.framed(items[0]) } }
        var text = ByteBuffer()
        for item in items {
            var next = item.frame { self.framed(item) }
            text.writeBuffer(&next)
        }
        return text
    }

    private static func framed(_ item: FeedItem) -> ByteBuffer {
        let (event, json) = (item.event, item.json)
        var text = ByteBuffer()
        text.reserveCapacity(json.count + 128)
        text.writeString("id: \(event.cursor.text)\nevent: \(event.kind.rawValue)\ndata: ")
        text.writeBytes(json)
        text.writeString("\n\n")
        return text
    }

    /// How far uploads have come. Without an `id`: a client that comes again goes on in the feed as if they had not been there.
    static func progress(_ uploads: [UploadAdvance]) -> ByteBuffer {
        var text = ByteBuffer()
        for upload in uploads {
            text.writeString("event: \(UploadProgressJSON.type)\ndata: ")
            text.writeBytes(UploadProgressJSON(upload).bytes)
            text.writeString("\n\n")
        }
        return text
    }

    /// The cursor cannot be gone on from. Who reads the records again and comes back goes on from the head.
    static func resync(_ bounds: FeedBounds) -> ByteBuffer {
        self.event(
            "resync",
            at: bounds.head,
            "{\"code\":\"cursor_expired\",\"floor\":\"\(bounds.floor.text)\",\"head\":\"\(bounds.head.text)\"}"
        )
    }

    /// The last words of a stream; nil where there is nothing to add to what the reader knows.
    static func ending(_ reason: FeedEnd, at cursor: FeedCursor) -> ByteBuffer {
        switch reason {
        case .expired(let bounds): self.resync(bounds)
        case .accessLost:
            self.event("access.lost", at: cursor, "{\"cursor\":\"\(cursor.text)\",\"type\":\"access.lost\"}")
        case .shuttingDown(let retry):
            self.event("end", at: cursor, self.end(reason, at: cursor), retry: retry)
        case .lost, .slow, .tokenExpired: self.event("end", at: cursor, self.end(reason, at: cursor))
        }
    }

    private static func end(_ reason: FeedEnd, at cursor: FeedCursor) -> String {
        "{\"code\":\"\(reason.code)\",\"cursor\":\"\(cursor.text)\"}"
    }

    private static func event(
        _ type: String,
        at cursor: FeedCursor,
        _ data: String,
        retry: Duration? = nil
    ) -> ByteBuffer {
        let wait = retry.map { "retry: \(Self.milliseconds($0))\n" } ?? ""
        return ByteBuffer(string: "\(wait)id: \(cursor.text)\nevent: \(type)\ndata: \(data)\n\n")
    }

    static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    }
}

extension FeedEnd {
    /// For programs: as the codes of errors.
    var code: String {
        switch self {
        case .expired: MediaError.Code.cursorExpired.rawValue
        case .lost: MediaError.Code.catalogUnavailable.rawValue
        case .slow: "slow_reader"
        case .accessLost: "access_lost"
        case .tokenExpired: MediaError.Code.tokenExpired.rawValue
        case .shuttingDown: MediaError.Code.shuttingDown.rawValue
        }
    }
}
