import MediaCore
import Postgres

extension PostgresCatalog {
    /// Links that a refused deletion names.
    private static let namedLinks = 100

    /// A refusal that names all that refers to the file: tables, columns and numbers of rows, and links.
    ///
    /// What cannot be found out is left out: the refusal stays one.
    func naming(_ refusal: MediaError, of id: MediaID) async -> MediaError {
        var error = refusal
        let references = await self.references(to: id)
        let links =
            (try? await self.links(matching: LinkFilter(fileID: id), after: nil, limit: Self.namedLinks)) ?? []
        error.details[MediaError.DetailName.references] = .rows(references.map(\.row))
        error.details[MediaError.DetailName.links] = .rows(links.map { Self.row(of: $0.link) })
        let names =
            references.map(\.description) + links.map { "\($0.link.entity) \($0.link.entityID) (\($0.link.role))" }
        guard !names.isEmpty else { return error }
        let rest = names.count > 3 ? ", and more" : ""
        let hint =
            references.contains { $0.count == nil }
            ? " What is not counted cannot be read by mediad's role: \"mediad doctor\" says which GRANT is missing."
            : ""
        error.message = """
            The file is still used: \(names.prefix(3).joined(separator: ", "))\(rest). Remove the references first; \
            ?force=true removes links, never foreign keys.\(hint)
            """
        return error
    }

    /// Counted where that is possible in time.
    private func references(to id: MediaID) async -> [Reference] {
        for counts in [true, false] {
            let rows = try? await self.client.query(
                "SELECT table_name, column_names, uses FROM media.references_to(\(id), \(counts))"
            ).rows
            if let found = try? rows?.map({ try Reference(row: $0) }) { return found }
        }
        return []
    }

    private static func row(of link: FileLink) -> [String: MediaError.Detail.Value?] {
        ["entity": .text(link.entity), "entityId": .text(link.entityID), "role": .text(link.role)]
    }

    /// A foreign key that refuses the deletion.
    private struct Reference: CustomStringConvertible {
        var table: String
        var column: String
        /// Nil where this role cannot count.
        var count: Int64?

        init(row: PostgresRow) throws {
            self.table = try row.decode("table_name")
            self.column = try row.decode("column_names", as: [String].self).joined(separator: ", ")
            self.count = try row.decode("uses")
        }

        var row: [String: MediaError.Detail.Value?] {
            ["table": .text(self.table), "column": .text(self.column), "count": self.count.map { .number($0) }]
        }

        var description: String {
            let rows =
                switch self.count {
                case 1: "1 row"
                case let count?: "\(count) rows"
                case nil: "not counted"
                }
            return "\(self.table).\(self.column) (\(rows))"
        }
    }
}
