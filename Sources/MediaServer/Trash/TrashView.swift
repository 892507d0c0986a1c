import FoundationEssentials
import MediaCore

/// A deleted file as clients see it. Members without a value are `null`, never left out.
struct TrashView: Encodable {
    private let entry: TrashEntry

    init(_ entry: TrashEntry) { self.entry = entry }

    private struct Link: Encodable {
        var entity: String
        var entityId: String
        var role: String
    }

    private enum Key: String, CodingKey {
        case id, path, collection, name, size, type, sha256, originalFilename, owner, reason, links, deletedAt,
            expiresAt
    }

    func encode(to encoder: any Encoder) throws {
        let file = self.entry.file
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(file.id.description, forKey: .id)
        try container.encode(file.path.text, forKey: .path)
        try container.encode(file.collection, forKey: .collection)
        try container.encode(file.name.text, forKey: .name)
        try container.encode(file.version.size.bytes, forKey: .size)
        try container.encode(file.type.essence, forKey: .type)
        try container.encode(file.version.digest.hex, forKey: .sha256)
        try container.encode(file.originalFilename, forKey: .originalFilename)
        try container.encode(file.owner, forKey: .owner)
        try container.encode(self.entry.reason.rawValue, forKey: .reason)
        let links = self.entry.links.map { Link(entity: $0.entity, entityId: $0.entityID, role: $0.role) }
        try container.encode(links, forKey: .links)
        try container.encode(self.entry.deletedAt.description, forKey: .deletedAt)
        try container.encode(self.entry.expiresAt.description, forKey: .expiresAt)
    }
}

/// One page of the trash.
struct TrashPage: Encodable {
    var files: [TrashView]
    /// What to send as `cursor` for the next page; null at the end.
    var nextCursor: String?
    var total: Total

    /// How much there is on all pages.
    struct Total: Encodable {
        var files: Int
        var size: Int64

        init(_ totals: TrashTotals) {
            self.files = totals.files
            self.size = totals.size.bytes
        }
    }

    private enum Key: String, CodingKey { case files, nextCursor, total }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.files, forKey: .files)
        try container.encode(self.nextCursor, forKey: .nextCursor)
        try container.encode(self.total, forKey: .total)
    }
}

extension TrashEntry.Cursor {
    /// As clients hand it back: microseconds, a dot, the id.
    var text: String { "\(self.deletedAt.microseconds).\(self.id)" }

    /// Reads ``text``; nil for anything else.
    init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let microseconds = Int64(parts[0]), (0...4_000_000_000_000_000).contains(microseconds),
            let id = MediaID(parts[1])
        else { return nil }
        self.init(deletedAt: Timestamp(microseconds: microseconds), id: id)
    }
}
