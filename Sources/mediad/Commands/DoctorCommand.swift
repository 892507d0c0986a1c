import ArgumentParser
import MediaCatalog

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks for foreign keys to media.files that do not protect files, or that make deleting slow.",
        discussion: """
            Prints a line for each: kind, table, column, explanation, and below it the SQL that helps. Changes nothing. cascade: \
            deleting a file deletes the rows that refer to it. set-null, set-default: deleting a file makes them refer to nothing, or to \
            another file. unindexed: every delete of a file reads the whole table. uncounted: mediad's role may not read the table, so a \
            refused delete cannot say how many rows refer to the file, and with one of the first three nothing is reaped. Exit status 0 \
            when there is nothing to tell, 1 with warnings, 2 when it could not run.
            """
    )

    @Flag(help: "Print a JSON object for each warning.")
    var json = false

    @OptionGroup var options: SettingsOptions

    private struct Line: Encodable {
        var kind: String
        var table: String
        var columns: [String]
        var constraint: String
        var explanation: String
        var sql: String
    }

    func run() async throws {
        try await CommandFailure.report {
            let warnings = Counter()
            try await KeyDatabase.run(self.options, changes: false) { _, catalog in
                for key in try await catalog.foreignKeys() {
                    for warning in key.warnings {
                        warnings.set(warnings.value + 1)
                        print(self.text(warning, key))
                    }
                }
            }
            if warnings.value > 0 { throw ExitCode(1) }
        }
    }

    private func text(_ warning: ForeignKeyReport.Warning, _ key: ForeignKeyReport) -> String {
        guard self.json else {
            // Others chose the names: they must not end a line, or steer a terminal.
            let (table, columns) = (
                TerminalText.plain(key.table), TerminalText.plain(key.columns.joined(separator: ", "))
            )
            return """
                \(warning.kind.rawValue) \(table) (\(columns)): \(warning.explanation)
                    \(TerminalText.plain(warning.sql))
                """
        }
        return JSONLine.text(
            Line(
                kind: warning.kind.rawValue,
                table: key.table,
                columns: key.columns,
                constraint: key.constraint,
                explanation: warning.explanation,
                sql: warning.sql
            )
        )
    }
}
