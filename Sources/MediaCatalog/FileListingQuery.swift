import MediaCore
import Postgres

/// The statement that lists files, newest first, by conditions of two kinds: those by which an index gives the files in the order of
/// their ids, and those that have to be tried on each of them.
struct FileListingQuery {
    private let cursor: MediaID?
    /// By an index, in the order of ids.
    private var indexed: PostgresQuery = "true"
    /// By an index, in another order.
    private var path: PostgresQuery?
    /// By none.
    private var tried: PostgresQuery?

    init(_ filter: FileFilter, before cursor: MediaID?) {
        self.cursor = cursor
        guard let filter = filter.simplified else {
            self.indexed = "false"
            return
        }
        if let collection = filter.collection { self.indexed = "collection = \(collection)" }
        if let type = filter.type, type != "*/*" {
            if !type.hasSuffix("/*") {
                self.indexed = "\(fragment: self.indexed) AND type = \(type)"
            } else {
                let topLevel: PostgresQuery = "split_part(type, '/', 1) = \(String(type.dropLast(2)))"
                if filter.collection == nil { self.indexed = topLevel } else { self.add(topLevel) }
            }
        }
        if let prefix = filter.pathPrefix {
            self.path = Self.any(MediaPath.spellings(of: prefix).map(Self.hasPath))
        }
        if let search = filter.search {
            self.add(
                Self.any(
                    MediaPath.spellings(of: search).map { spelling in
                        let pattern = "%" + Self.prefixPattern(spelling)
                        return "path ILIKE \(pattern) OR original_filename ILIKE \(pattern)"
                    }
                )
            )
        }
        if let readable = filter.readable { self.add(Self.meets(readable)) }
    }

    /// The range in bytes, which an index serves also in a plan that is made for any prefix; of a pattern that is a parameter it knows
    /// nothing (section 11.10 "Operator Classes and Operator Families").
    private static func hasPath(beginning prefix: String) -> PostgresQuery {
        guard let end = Self.successor(of: prefix) else { return "path ~>=~ \(prefix)" }
        return "(path ~>=~ \(prefix) AND path ~<~ \(end))"
    }

    /// The least text that comes behind all that begin with this one, by code points; nil: there is none.
    static func successor(of prefix: String) -> String? {
        var scalars = Array(prefix.unicodeScalars)
        while let last = scalars.popLast() {
            // No text has a surrogate.
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let scalar = Unicode.Scalar(next) else { continue }
            scalars.append(scalar)
            return String(String.UnicodeScalarView(scalars))
        }
        return nil
    }

    private mutating func add(_ condition: PostgresQuery) {
        self.tried = self.tried.map { "\(fragment: $0) AND (\(fragment: condition))" } ?? "(\(fragment: condition))"
    }

    private static func any(_ conditions: [PostgresQuery]) -> PostgresQuery {
        conditions.reduce("false") { "\(fragment: $0) OR \(fragment: $1)" }
    }

    private var isBefore: PostgresQuery { self.cursor.map { "id < \($0)" } ?? "true" }

    /// What makes a file one of the list, but for the cursor.
    private var matches: PostgresQuery {
        [self.path.map { "(\(fragment: $0))" }, self.tried].compactMap(\.self).reduce(self.indexed) {
            "\(fragment: $0) AND \(fragment: $1)"
        }
    }

    /// All files that match.
    func files(limit: Int) -> PostgresQuery {
        self.select("\(fragment: self.matches) AND \(fragment: self.isBefore)", limit)
    }

    /// Those above the end of the window.
    ///
    /// - Parameter end: SQL of ``windowEnd(examining:)``'s value.
    func files(limit: Int, notBelow end: PostgresQuery) -> PostgresQuery {
        guard self.isWindowed else { return self.files(limit: limit) }
        let condition: PostgresQuery = "\(fragment: self.matches) AND \(fragment: self.isBefore)"
        guard let path else {
            // One comparison, so that an index is read no further than that.
            let lowest: PostgresQuery = "'00000000-0000-0000-0000-000000000000'::uuid"
            return self.select(
                "\(fragment: condition) AND id >= coalesce(\(fragment: end), \(fragment: lowest))",
                limit
            )
        }
        // Where few have such a path, its index is the only way that is short in any case: OFFSET keeps the planner on it.
        let few: PostgresQuery = """
            SELECT \(fragment: MediaFile.columns) FROM \
            (SELECT * FROM media.files WHERE \(fragment: path) OFFSET 0) AS few \
            WHERE \(fragment: end) IS NULL AND \(fragment: condition) ORDER BY id DESC LIMIT \(limit)
            """
        let window = self.select("\(fragment: condition) AND id >= \(fragment: end)", limit)
        return "(\(fragment: few)) UNION ALL (\(fragment: window))"
    }

    private func select(_ condition: PostgresQuery, _ limit: Int) -> PostgresQuery {
        """
        SELECT \(fragment: MediaFile.columns) FROM media.files WHERE \(fragment: condition) \
        ORDER BY id DESC LIMIT \(limit)
        """
    }

    /// Whether an index may lead to more files than match.
    private var isWindowed: Bool { self.path != nil || self.tried != nil }

    /// SQL of the id where the list stops after so many files were tried, whether or not they are what is looked for; null where so many
    /// are not to be tried.
    func windowEnd(examining bound: Int) -> PostgresQuery {
        guard self.isWindowed else { return "NULL::uuid" }
        let end: PostgresQuery = """
            SELECT id FROM media.files WHERE \(fragment: self.indexed) AND \(fragment: self.isBefore) \
            ORDER BY id DESC OFFSET \(max(bound, 1) - 1) LIMIT 1
            """
        guard let path else { return end }
        // A folder with fewer files is looked at as a whole: the index of paths leads to them, however old they are.
        return """
            CASE WHEN (SELECT count(*) FROM (SELECT FROM media.files WHERE \(fragment: path) LIMIT \(bound + 1)) AS few) \
            > \(bound) THEN (\(fragment: end)) END
            """
    }

    private static func meets(_ readable: ReadableFiles) -> PostgresQuery {
        var condition: PostgresQuery = "collection <> ALL (\(readable.closedCollections))"
        for names in readable.names {
            var name: PostgresQuery = "name = \(names.name)"
            if names.isPrefix {
                name = names.name.isEmpty ? "true" : "name LIKE \(Self.prefixPattern( names.name))"
            }
            if let collection = names.collection { name = "collection = \(collection) AND \(fragment: name)" }
            condition = "\(fragment: condition) OR (\(fragment: name))"
        }
        return condition
    }

    /// A LIKE pattern that matches what begins with `prefix` (section 9.7.1: backslash escapes).
    private static func prefixPattern(_ prefix: String) -> String {
        var pattern = ""
        for character in prefix {
            if "%_\\".contains(character) { pattern.append("\\") }
            pattern.append(character)
        }
        return pattern + "%"
    }
}
