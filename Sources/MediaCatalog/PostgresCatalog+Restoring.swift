package import MediaCore
import Postgres

// The way back from the trash: a row of media.commits keeps name and path meanwhile, as for any other change of the tree.

extension PostgresCatalog {
    package func beginRestoring(_ intent: CommitIntent) async throws(MediaError) {
        let file = intent.file
        try await CatalogFailure.translate {
            try await self.client.withTransaction { connection in
                _ = try await connection.query(try Self.insertion(of: intent))
                let marked = try await connection.query(
                    "UPDATE media.trash SET is_restoring = true WHERE id = \(file.id) AND path = \(file.path.text)"
                )
                guard marked.affectedRows == 1 else {
                    throw MediaError(.notFound, "There is no file with this id in the trash.")
                }
                let taken = try await connection.query(
                    """
                    SELECT path FROM media.files \
                    WHERE path = \(file.path.text) OR (collection = \(file.collection) AND name = \(file.name.text))
                    """
                ).rows
                guard let other = try taken.first?.decode("path", as: String.self) else { return }
                throw MediaError(
                    .nameTaken,
                    "Another file has the name by now: \(other). Delete it, or move it, and restore then.",
                    details: ["path": [other]]
                )
            }
        }
    }

    package func finishRestoring(_ intent: CommitIntent) async throws(MediaError) {
        try await CatalogFailure.translate {
            try await self.client.withTransaction { connection in
                // First, because it decides: a second one waits for this row and then finds nothing to do.
                let taken = try await connection.query("DELETE FROM media.commits WHERE id = \(intent.id)")
                guard taken.affectedRows == 1 else { return }
                _ = try await connection.query("SELECT media.bring_back(\(intent.file.id))")
            }
        }
    }

    package func abandonRestoring(_ intent: CommitIntent) async throws(MediaError) {
        try await CatalogFailure.translate {
            try await self.client.withTransaction { connection in
                _ = try await connection.query("DELETE FROM media.commits WHERE id = \(intent.id)")
                _ = try await connection.query(
                    "UPDATE media.trash SET is_restoring = false WHERE id = \(intent.file.id)"
                )
            }
        }
    }
}
