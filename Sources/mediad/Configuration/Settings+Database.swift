import MediaCore
import ServiceSupport

extension Settings.Storage {
    init(_ reader: SettingsReader) async throws {
        self.root = try await reader.read(
            .text(
                "storage.root",
                default: "./storage",
                """
                Folder with files/, staging/, renditions/ and postgres/; created if missing. All of it is on one file \
                system.
                """
            )
        )
        if self.root.isEmpty { try reader.refuse("storage.root", "", "the path of a folder") }
        self.ioThreads = try await reader.read(
            .integer("storage.ioThreads", default: 8, in: 1...256, "Threads for reading and writing files.")
        )
        self.reserve = try await reader.read(
            .optionalBytes(
                "storage.reserve",
                default: "1 % of the disk, at most 1GiB",
                in: ByteCount(bytes: 0) ... .gibibytes(1 << 20),
                """
                Space that uploads leave free. One whose length is known and does not fit beside the unfinished ones is \
                refused at once with 507, any other when only this much is left.
                """
            )
        )
    }
}

extension Settings.Database {
    init(_ reader: SettingsReader) async throws {
        self.url = try await reader.read(
            Setting.optionalText(
                "database.url",
                """
                PostgreSQL as libpq URL (postgresql://...) or conninfo. Empty: mediad runs its own under \
                storage.root/postgres.
                """
            ).keptSecret()
        )
        if let url = self.url, let allowed = DatabaseAddress.mistake(in: url) {
            try reader.refuse("database.url", url, allowed)
        }
        self.connections = try await reader.read(
            .integer(
                "database.connections",
                default: 8,
                in: 2...256,
                "Connections at most; one more listens for change notifications."
            )
        )
        self.waiters = try await reader.read(
            .integer(
                "database.waiters",
                default: 1024,
                in: 1...100_000,
                "Statements that may wait for a connection; more are refused at once."
            )
        )
        self.connectTimeout = try await reader.read(
            .duration("database.connectTimeout", default: .seconds(5), in: .anyTimeout, "To connect.")
        )
        self.acquireTimeout = try await reader.read(
            .duration(
                "database.acquireTimeout",
                default: .seconds(5),
                in: .anyTimeout,
                "To wait for a free connection."
            )
        )
        self.statementTimeout = try await reader.read(
            .duration(
                "database.statementTimeout",
                default: .seconds(30),
                in: .anyTimeout,
                "For one statement; after that it is cancelled on the server."
            )
        )
    }
}

extension Settings.Embedded {
    init(_ reader: SettingsReader) async throws {
        self.user = try await reader.read(
            .text(
                "embedded.user",
                default: "postgres",
                "Account it runs as when mediad runs as root (PostgreSQL refuses root)."
            )
        )
        self.binaries = try await reader.read(
            .optionalText(
                "embedded.binaries",
                """
                Folder with initdb and postgres. Empty: of those under /usr/lib/postgresql, /usr/pgsql, \
                /usr/local/pgsql and on PATH the version that made the database, for a new one the newest.
                """
            )
        )
        self.startTimeout = try await reader.read(
            .duration("embedded.startTimeout", default: .seconds(60), in: .anyTimeout, "To start.")
        )
        self.stopTimeout = try await reader.read(
            .duration(
                "embedded.stopTimeout",
                default: .seconds(30),
                in: .anyTimeout,
                "To stop before a harsher signal."
            )
        )
    }
}
