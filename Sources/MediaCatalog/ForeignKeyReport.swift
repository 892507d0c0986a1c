package import MediaCore
import Postgres

/// A foreign key of any schema that points at media.files, and what is to be said of it.
package struct ForeignKeyReport: Hashable, Sendable {
    /// With its schema, quoted as SQL takes it.
    package var table: String
    /// In the order of the key.
    package var columns: [String]
    /// Its name.
    package var constraint: String
    /// What is wrong with it.
    package var warnings: [Warning]

    /// Something that somebody should know.
    package struct Warning: Hashable, Sendable {
        /// What it is.
        package var kind: Kind
        /// For people.
        package var explanation: String
        /// What helps.
        package var sql: String
    }

    /// Stable names, the first word of each line that `mediad doctor` prints.
    package enum Kind: String, Hashable, Sendable {
        /// Deleting a file deletes rows.
        case cascade
        /// Deleting a file makes rows refer to nothing.
        case setNull = "set-null"
        /// Deleting a file makes rows refer to another one.
        case setDefault = "set-default"
        /// Each delete of a file reads the whole table.
        case unindexed
        /// A role of mediad may not read the columns.
        case uncounted
    }
}

extension PostgresCatalog {
    /// Every foreign key that points at media.files.
    package func foreignKeys() async throws(MediaError) -> [ForeignKeyReport] {
        try await CatalogFailure.translate {
            try await self.client.query(Self.foreignKeys).rows.map { try ForeignKeyReport(row: $0) }
        }
    }

    /// An index serves where its first columns are those of the key, in any order, and where it is partial, leaves out nulls only.
    private static let foreignKeys: PostgresQuery = """
        SELECT quote_ident(n.nspname) || '.' || quote_ident(r.relname) AS table_name, quote_ident(c.conname) AS constraint_name, \
        k.names, k.quoted, c.confdeltype::text AS action, r.relkind = 'p' AS is_partitioned, \
        regexp_replace(pg_get_constraintdef(c.oid), \
        ' ON DELETE (CASCADE|SET NULL|SET DEFAULT)( \\([^)]*\\))?', '') AS definition, \
        EXISTS (SELECT 1 FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam \
        WHERE i.indrelid = c.conrelid AND i.indisvalid AND m.amname IN ('btree', 'hash') \
        AND i.indnatts >= cardinality(c.conkey) \
        AND (SELECT array_agg(a ORDER BY a) FROM unnest((i.indkey::smallint[])[0:cardinality(c.conkey) - 1]) AS a) \
        = (SELECT array_agg(a ORDER BY a) FROM unnest(c.conkey) AS a) \
        AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = ANY ( \
        SELECT '(' || q || ' IS NOT NULL)' FROM unnest(k.quoted) AS q))) AS is_indexed, \
        quote_ident(n.nspname) AS schema_name, \
        ARRAY (SELECT quote_ident(m.rolname) FROM pg_roles m \
        WHERE (m.rolname = 'mediad_daemon' OR (m.rolname = current_user AND NOT EXISTS (SELECT FROM pg_roles d \
        WHERE d.rolname = 'mediad_daemon' AND pg_has_role(d.oid, 'USAGE')))) \
        AND (NOT has_schema_privilege(m.oid, n.oid, 'USAGE') OR EXISTS (SELECT FROM unnest(c.conkey) AS a \
        WHERE NOT has_column_privilege(m.oid, c.conrelid, a, 'SELECT'))) ORDER BY 1) AS blind \
        FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace \
        CROSS JOIN LATERAL (SELECT array_agg(a.attname::text ORDER BY u.place) AS names, \
        array_agg(quote_ident(a.attname) ORDER BY u.place) AS quoted \
        FROM unnest(c.conkey) WITH ORDINALITY AS u (number, place) \
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.number) AS k \
        WHERE c.contype = 'f' AND c.confrelid = 'media.files'::regclass AND c.conparentid = 0 \
        AND c.conrelid <> 'media.links'::regclass ORDER BY 1, 2
        """
}

extension ForeignKeyReport {
    fileprivate init(row: PostgresRow) throws {
        let (table, constraint) = (
            try row.decode("table_name", as: String.self), try row.decode("constraint_name", as: String.self)
        )
        self.init(table: table, columns: try row.decode("names"), constraint: constraint, warnings: [])
        let definition: String = try row.decode("definition")
        let repair =
            "ALTER TABLE \(table) DROP CONSTRAINT \(constraint), ADD CONSTRAINT \(constraint) \(definition);"
        switch try row.decode("action", as: String.self) {
        case "c":
            self.warnings.append(
                Warning(kind: .cascade, explanation: "deleting a file deletes the rows that refer to it", sql: repair)
            )
        case "n":
            self.warnings.append(
                Warning(
                    kind: .setNull,
                    explanation: "a file is deleted although rows refer to it, and they refer to nothing then",
                    sql: repair
                )
            )
        case "d":
            self.warnings.append(
                Warning(
                    kind: .setDefault,
                    explanation: "a file is deleted although rows refer to it, and they refer to another then",
                    sql: repair
                )
            )
        default: break
        }
        let columns = try row.decode("quoted", as: [String].self).joined(separator: ", ")
        for role in try row.decode("blind", as: [String].self) {
            let schema: String = try row.decode("schema_name")
            self.warnings.append(
                Warning(
                    kind: .uncounted,
                    explanation: "the role \(role) cannot count the rows that refer to a file",
                    sql: "GRANT USAGE ON SCHEMA \(schema) TO \(role); GRANT SELECT (\(columns)) ON \(table) TO \(role);"
                )
            )
        }
        guard try !row.decode("is_indexed", as: Bool.self) else { return }
        // PostgreSQL, "CREATE INDEX": a partitioned table takes no CONCURRENTLY.
        let concurrently = try row.decode("is_partitioned", as: Bool.self) ? "" : "CONCURRENTLY "
        self.warnings.append(
            Warning(
                kind: .unindexed,
                explanation: "without an index every delete of a file reads the whole table",
                sql: "CREATE INDEX \(concurrently)ON \(table) (\(columns));"
            )
        )
    }
}
