package import MediaCore
import Postgres

extension PostgresCatalog {
    package func begin(_ intent: CommitIntent, under terms: CommitTerms) async throws(MediaError) {
        try await CatalogFailure.translate {
            guard terms.grant != nil || terms.quota.isBounded else {
                _ = try await self.client.query(try Self.insertion(of: intent))
                return
            }
            try await self.client.withTransaction { connection in
                // In the order of a creation: first the grant, then the owner.
                if let grant = terms.grant {
                    _ = try await Self.claim(grant, for: .commit(intent.id), on: connection)
                }
                try await Self.checkQuota(
                    terms.quota,
                    of: intent.file.owner,
                    adding: intent.file.version.size,
                    upload: intent.upload,
                    target: (intent.file.collection, intent.file.name.text),
                    on: connection
                )
                _ = try await connection.query(try Self.insertion(of: intent))
            }
        }
    }

    package func finish(_ intent: CommitIntent) async throws(MediaError) {
        try await CatalogFailure.translate {
            try await self.client.withTransaction { connection in
                // First, because it decides: a second finisher waits for this row and then finds nothing to do.
                let used: PostgresQuery = """
                    WITH used AS (UPDATE media.used_grants SET file_id = \(intent.file.id) \
                    WHERE commit_id = \(intent.id) OR upload_id = \(nullable: intent.upload))
                    """
                let taken = try await connection.query(
                    intent.obsoletePath == nil
                        ? "\(fragment: used) DELETE FROM media.commits WHERE id = \(intent.id) AND phase = 'pending'"
                        : """
                        \(fragment: used) UPDATE media.commits SET phase = 'recorded' \
                        WHERE id = \(intent.id) AND phase = 'pending'
                        """
                )
                guard taken.affectedRows == 1 else { return }
                try await Self.write(intent.file, on: connection)
                if let upload = intent.upload { try await Self.complete(upload, with: intent.file, on: connection) }
            }
        }
    }

    package func remove(_ intent: CommitIntent, as removal: Removal) async throws(MediaError) {
        try await self.removing(intent.file, isNamed: removal.reason == .deleted) { connection in
            _ = try await connection.query(try Self.insertion(of: intent))
            try await Self.delete(intent.file, as: removal, on: connection)
        }
    }

    package func close(_ intent: CommitIntent) async throws(MediaError) {
        try await CatalogFailure.translate {
            _ = try await self.client.query(
                """
                WITH released AS (DELETE FROM media.used_grants WHERE commit_id = \(intent.id) AND file_id IS NULL) \
                DELETE FROM media.commits WHERE id = \(intent.id)
                """
            )
        }
    }

    package func isOpen(_ intent: CommitIntent) async throws(MediaError) -> Bool {
        try await self.exists("SELECT 1 FROM media.commits WHERE id = \(intent.id)")
    }

    package func openIntents() async throws(MediaError) -> [CommitIntent] {
        try await CatalogFailure.translate {
            let query: PostgresQuery = """
                SELECT \(fragment: CommitIntent.columns) FROM media.commits ORDER BY id
                """
            return try await self.client.query(query).rows.map { try CommitIntent(row: $0) }
        }
    }

    package func hasOpenIntent(on path: MediaPath) async throws(MediaError) -> Bool {
        try await self.exists(
            "SELECT 1 FROM media.commits WHERE path = \(path.text) OR obsolete_path = \(path.text) LIMIT 1"
        )
    }

    package func adopt(_ file: MediaFile) async throws(MediaError) {
        try await CatalogFailure.translate {
            try await self.client.withTransaction { try await Self.write(file, on: $0) }
        }
    }

    package func forget(_ file: MediaFile) async throws(MediaError) {
        try await self.removing(file) { try await Self.delete(file, as: .permanent, on: $0) }
    }

    /// Runs a transaction that deletes a record. A refusal names what refers to the file, where somebody reads it.
    private func removing(
        _ file: MediaFile,
        isNamed: Bool = true,
        _ body: @escaping @Sendable (PostgresConnection) async throws -> Void
    ) async throws(MediaError) {
        do throws(MediaError) {
            try await CatalogFailure.translate { try await self.client.withTransaction(body) }
        } catch  where error.code == .fileReferenced {
            throw isNamed ? await self.naming(error, of: file.id) : error
        }
    }

    // MARK: Statements

    static func insertion(of intent: CommitIntent) throws -> PostgresQuery {
        """
        INSERT INTO media.commits \
        (id, kind, phase, owner, staging_name, collection, name, path, obsolete_path, record, upload_id) \
        VALUES (\(intent.id), \(intent.kind.rawValue), \(intent.phase.rawValue), \(intent.owner), \
        \(nullable: intent.stagingName), \(intent.file.collection), \(intent.file.name.text), \(intent.file.path.text), \
        \(nullable: intent.obsoletePath?.text), \(try intent.encodedRecord())::jsonb, \(nullable: intent.upload))
        """
    }

    /// Only an open upload: one that was ended meanwhile stays ended, though its file is there.
    private static func complete(
        _ upload: UploadID,
        with file: MediaFile,
        on connection: PostgresConnection
    ) async throws {
        _ = try await connection.query(
            """
            UPDATE media.uploads SET state = 'complete', file_id = \(file.id), problem = NULL, updated_at = \(file.updatedAt) \
            WHERE id = \(upload) AND state IN \(fragment: Self.openStates)
            """
        )
    }

    private static func delete(
        _ file: MediaFile,
        as removal: Removal,
        on connection: PostgresConnection
    ) async throws {
        let retention = removal.retention.inSeconds
        if let time = removal.unusedSince {
            _ = try await connection.query(
                "SELECT media.reap(\(file.id), \(file.path.text), make_interval(secs => \(retention)), \(time))"
            )
            return
        }
        _ = try await connection.query(
            """
            SELECT media.take_out(\(file.id), \(file.path.text), make_interval(secs => \(retention)), \
            \(removal.removesLinks), \(removal.reason.rawValue))
            """
        )
    }
}
