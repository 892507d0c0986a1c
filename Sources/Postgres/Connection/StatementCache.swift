import CLibpq

/// Which statements are prepared on one connection, and under which names; a pure value.
struct StatementCache {
    /// The same text with other parameter types is another statement.
    struct Key: Hashable {
        let sql: String
        let types: [Oid]

        init(_ statement: BoundStatement) {
            sql = statement.sql
            types = statement.types
        }

        init(sql: String, types: [Oid]) {
            self.sql = sql
            self.types = types
        }
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0
    /// Names that the server still holds but nobody will use; to be deallocated outside of a transaction.
    private(set) var discarded: [String] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Every name given out is another one, so a forgotten statement on the server never stands in the way.
    mutating func makeName() -> String {
        names += 1
        return "mediad_\(names)"
    }

    /// The name of a prepared statement, which becomes the most recently used.
    mutating func name(for key: Key) -> String? {
        uses += 1
        entries[key]?.lastUse = uses
        return entries[key]?.name
    }

    /// Records a statement that the server has accepted, and discards the least recently used one when there are too many.
    mutating func insert(_ key: Key, name: String) {
        uses += 1
        if let previous = entries.updateValue(Entry(name: name, lastUse: uses), forKey: key) {
            discarded.append(previous.name)
        }
        if entries.count > capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            remove(oldest.key)
        }
    }

    /// Forgets a statement that the server no longer runs.
    mutating func remove(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) { discarded.append(entry.name) }
    }

    /// The names to deallocate, which are forgotten with this.
    mutating func takeDiscarded() -> [String] {
        defer { discarded = [] }
        return discarded
    }
}
