import CLibpq
import Primitives

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

    private var prepared: BoundedCache<Key, String>
    /// Of this connection alone: behind a pooler several clients may be given one connection of the server in turn.
    private let prefix = "mediad_\(String(UInt64.random(in: .min ... .max), radix: 36))"
    private var names: UInt64 = 0
    /// Names that the server still holds but nobody will use; to be deallocated outside of a transaction.
    private(set) var discarded: [String] = []

    init(capacity: Int) {
        prepared = BoundedCache(capacity: max(1, capacity), evicting: .leastRecentlyUsed)
    }

    /// Every name given out is another one, so a forgotten statement on the server never stands in the way.
    mutating func makeName() -> String {
        names += 1
        return "\(prefix)_\(names)"
    }

    /// The name of a prepared statement, which becomes the most recently used.
    mutating func name(for key: Key) -> String? { prepared[key] }

    /// Records a statement that the server has accepted, and discards the least recently used one when there are too many.
    mutating func insert(_ key: Key, name: String) {
        remove(key)
        if let evicted = prepared.insert(name, for: key) { discarded.append(evicted.value) }
    }

    /// Forgets a statement that the server no longer runs.
    mutating func remove(_ key: Key) {
        if let name = prepared.remove(key) { discarded.append(name) }
    }

    /// The names to deallocate, which are forgotten with this.
    mutating func takeDiscarded() -> [String] {
        defer { discarded = [] }
        return discarded
    }
}
