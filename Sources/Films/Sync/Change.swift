import Postgres
import Primitives
import ServiceSupport

/// A change as the feed has it: what happened to which record, and no more.
struct Change: Hashable, Sendable {
    var cursor: FeedCursor
    var at: Timestamp
    /// `movie`, `comment`, `playlist`, `history`, `conflict`, `account`, `person`, or what a newer service has.
    var entity: String
    /// Of history the film's.
    var id: RecordID
    var version: Int64?
    /// The account that alone may see it; nil: everybody who is signed in.
    var audience: RecordID?
    /// `created`, `updated` or `deleted`.
    var kind: String

    /// The record that the change is about.
    var key: Key { Key(entity: self.entity, id: self.id, audience: self.audience) }

    struct Key: Hashable, Sendable {
        var entity: String
        var id: RecordID
        var audience: RecordID?
    }

    func isVisible(to accountID: RecordID) -> Bool { self.audience == nil || self.audience == accountID }

    /// The change as clients get it (schema `Change` of docs/films-api.yaml).
    ///
    /// - Parameter record: JSON; nil: it is gone, or nobody's to see.
    func json(with record: [UInt8]?) -> [UInt8] {
        // All of it is of a form that needs no escaping.
        let version = self.version.map { "\($0)" } ?? "null"
        let head = """
            {"at":"\(self.at)","cursor":"\(self.cursor)","entity":"\(self.entity)","id":"\(self.id)",\
            "type":"\(self.entity).\(self.kind)","version":\(version),"record":
            """
        let shown = self.kind == "deleted" ? nil : record
        return Array(head.utf8) + (shown ?? Array("null".utf8)) + [UInt8(ascii: "}")]
    }
}

extension Change {
    /// Nil for the row of a page without changes.
    init?(row: PostgresRow, epoch: String) throws {
        guard let position = try row.decode("position", as: Int64?.self) else { return nil }
        self.init(
            cursor: FeedCursor(epoch: epoch, position: position),
            at: try row.decode("at"),
            entity: try row.decode("entity"),
            id: try row.decode("record_id"),
            version: try row.decode("version"),
            audience: try row.decode("audience"),
            kind: try row.decode("change")
        )
    }
}

/// A change with its record, ready for a reader.
struct DeliveredChange: Sendable {
    var cursor: FeedCursor
    var json: [UInt8]
}

/// What a reader gets at a time.
struct ChangePage: Sendable {
    var changes: [DeliveredChange]
    /// How far it reaches, past what is not for this reader.
    var cursor: FeedCursor
    var hasMore: Bool
}
