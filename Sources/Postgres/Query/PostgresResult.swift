/// What a statement gave back.
package struct PostgresResult: Sendable {
    /// The rows, all of them, in the server's order.
    package var rows: [PostgresRow]
    /// Rows inserted, updated, deleted or selected; 0 for statements that count nothing.
    package var affectedRows: Int

    init(_ storage: ResultStorage?) {
        rows = storage.map { storage in (0..<storage.rowCount).map { PostgresRow(storage: storage, index: $0) } } ?? []
        affectedRows = storage?.affectedRows ?? 0
    }
}

/// One row of a result; it keeps the whole result in memory.
package struct PostgresRow: Sendable {
    let storage: ResultStorage
    let index: Int

    /// The names of the columns, in order.
    package var columns: [String] { storage.columns.map(\.name) }

    /// Reads a column by its name; the first, if several have it.
    ///
    /// - Throws: `.decoding`, naming the column, when it does not exist, is NULL and `T` no Optional, or is not a `T`.
    package func decode<T: PostgresDecodable>(_ column: String, as type: T.Type = T.self) throws -> T {
        guard let position = storage.columns.firstIndex(where: { $0.name == column }) else {
            var error = PostgresError(.decoding, "the result has no column \"\(column)\"; it has \(columns)")
            error.column = column
            throw error
        }
        return try decode(at: position)
    }

    /// Reads a column by its position, from 0.
    ///
    /// - Throws: `.decoding`, as above.
    package func decode<T: PostgresDecodable>(at position: Int, as type: T.Type = T.self) throws -> T {
        guard storage.columns.indices.contains(position) else {
            throw PostgresError(.decoding, "the result has \(storage.columns.count) columns, none at \(position)")
        }
        do {
            return try T.decode(storage.value(row: index, column: position))
        } catch var error as PostgresError {
            error.column = storage.columns[position].name
            error.message = "column \"\(storage.columns[position].name)\": \(error.message)"
            throw error
        }
    }
}
