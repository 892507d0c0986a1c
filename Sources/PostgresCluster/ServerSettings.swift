/// The settings every server of this project is started with; they go on the command line, above any file.
package enum ServerSettings {
    /// The port in the socket's name. TCP is off; libpq needs the number to find the socket.
    package static let port = 5432

    /// Command line settings for a server.
    ///
    /// - Parameters:
    ///   - socketDirectory: Absolute directory of the socket.
    ///   - home: Directory with `pg_hba.conf` and `pg_ident.conf`.
    ///   - overrides: The operator's settings. They may change tuning, not who can connect.
    package static func make(socketDirectory: String, home: String, overrides: [String: String]) -> [String: String] {
        var settings = [
            "max_connections": "64",
            // Names of files are sorted by bytes, messages are parsed by their English severity.
            "lc_messages": "C",
            "log_timezone": "UTC",
            "timezone": "UTC",
        ]
        settings.merge(overrides) { _, override in override }
        let fixed = [
            "listen_addresses": "",
            "port": "\(port)",
            "unix_socket_directories": quoted(socketDirectory),
            "unix_socket_permissions": "0700",
            "hba_file": "\(home)/pg_hba.conf",
            "ident_file": "\(home)/pg_ident.conf",
            // The supervisor reads standard error, one severity per line.
            "log_destination": "stderr",
            "logging_collector": "off",
            "log_line_prefix": "",
            "external_pid_file": "",
        ]
        return settings.merging(fixed) { _, fixed in fixed }
    }

    /// The setting is a list: quotes keep a comma or a space inside one entry.
    private static func quoted(_ directory: String) -> String {
        var text = ""
        for character in directory { text += character == "\"" ? "\"\"" : String(character) }
        return "\"\(text)\""
    }
}

/// libpq connection strings ("Connection Strings" in the libpq manual).
package enum ConnectionString {
    /// Keyword/value form with every value quoted.
    ///
    /// - Parameters:
    ///   - socketDirectory: Absolute directory of the socket; without commas, which libpq would take for a list.
    ///   - database: Name of the database.
    package static func make(socketDirectory: String, database: String) -> String {
        "host=\(quoted(socketDirectory)) port=\(ServerSettings.port) user=\(AccessRules.role) dbname=\(quoted(database))"
    }

    private static func quoted(_ value: String) -> String {
        var text = "'"
        for character in value {
            if character == "'" || character == "\\" { text += "\\" }
            text.append(character)
        }
        return text + "'"
    }
}
