package import MediaCore
import Postgres

extension PostgresCatalog: UploadCatalog {
    @discardableResult
    package func create(_ upload: Upload, within quota: UploadQuota) async throws(MediaError) -> Upload {
        try await CatalogFailure.translate {
            try await self.client.withTransaction { connection in
                // A statement of its own: the snapshot of the next one holds what the creation before has committed.
                _ = try await connection.query(Self.creationLock)
                if upload.kind != .partial, let grant = upload.conditions.grant,
                    let present = try await Self.claim(grant, for: .upload(upload.id), on: connection)
                {
                    return present
                }
                let rows = try await connection.query(
                    """
                    SELECT \
                    (SELECT count(*) FROM media.uploads \
                    WHERE client = \(upload.client) AND state IN \(fragment: Self.openStates)) AS open_of_client, \
                    (\(fragment: Self.reservation)) AS reserved
                    """
                ).rows
                guard let row = rows.first else { throw PostgresError(.decoding, "an aggregate gave no row") }
                try quota.check(
                    upload,
                    openOfClient: try row.decode("open_of_client"),
                    reserved: ByteCount(bytes: try row.decode("reserved"))
                )
                try await Self.checkOwner(of: upload, within: quota.owner, on: connection)
                _ = try await connection.query(try Self.insertion(of: upload))
                return upload
            }
        }
    }

    private static func checkOwner(
        of upload: Upload,
        within quota: OwnerQuota,
        on connection: PostgresConnection
    ) async throws {
        try await Self.checkQuota(
            quota,
            of: upload.owner,
            adding: upload.reserved,
            upload: nil,
            target: upload.target.place,
            on: connection
        )
        guard upload.kind == .partial, let begun = upload.beganWith, upload.conditions.grant != nil else { return }
        let rows = try await connection.query(
            """
            SELECT least(coalesce(sum(reserved), 0), \(Int64.max))::bigint FROM media.uploads \
            WHERE began_with = \(begun) AND kind = 'partial' AND state IN \(fragment: Self.openStates)
            """
        ).rows
        try upload.checkParts(reserved: ByteCount(bytes: try rows.first?.decode(at: 0) ?? 0))
    }

    package func upload(id: UploadID) async throws(MediaError) -> Upload? {
        try await self.uploads("SELECT \(fragment: Upload.columns) FROM media.uploads WHERE id = \(id)").first
    }

    package func uploads(ids: Set<UploadID>) async throws(MediaError) -> [Upload] {
        guard !ids.isEmpty else { return [] }
        return try await self.uploads(
            "SELECT \(fragment: Upload.columns) FROM media.uploads WHERE id = ANY(\(ids.map(\.text)))"
        )
    }

    package func update(_ upload: Upload, from states: Set<Upload.State>) async throws(MediaError) -> Bool {
        try await CatalogFailure.translate {
            let updated = try await self.client.query(
                """
                UPDATE media.uploads SET \
                length = \(nullable: upload.length?.bytes), reserved = \(upload.reserved.bytes), \
                collection = \(nullable: upload.target.collection), name = \(nullable: upload.target.name), \
                filename = \(nullable: upload.target.filename), filetype = \(nullable: upload.target.filetype), \
                replace = \(upload.target.replace), conditions = \(nullable: try upload.encodedConditions())::jsonb, \
                state = \(upload.state.rawValue), file_id = \(nullable: upload.fileID), \
                problem = \(nullable: try upload.encodedProblem())::jsonb, updated_at = \(upload.updatedAt), \
                expires_at = \(upload.expiresAt) \
                WHERE id = \(upload.id) AND state = ANY(\(states.map(\.rawValue)))
                """
            )
            return updated.affectedRows == 1
        }
    }

    package func reservedBytes() async throws(MediaError) -> ByteCount {
        try await CatalogFailure.translate {
            let rows = try await self.client.query(Self.reservation).rows
            return ByteCount(bytes: try rows.first?.decode(at: 0) ?? 0)
        }
    }

    package func uploads(in state: Upload.State, limit: Int) async throws(MediaError) -> [Upload] {
        try await self.uploads(
            """
            SELECT \(fragment: Upload.columns) FROM media.uploads WHERE state = \(state.rawValue) \
            ORDER BY created_at, id LIMIT \(limit)
            """
        )
    }

    package func expired(before time: Timestamp, limit: Int) async throws(MediaError) -> [Upload] {
        try await self.uploads(
            """
            SELECT \(fragment: Upload.columns) FROM media.uploads \
            WHERE state IN ('receiving', 'failed') AND expires_at < \(time) \
            AND NOT (kind = 'partial' AND id IN ( \
            SELECT unnest(parts) FROM media.uploads WHERE state = 'processing' AND kind = 'final')) \
            ORDER BY expires_at, id LIMIT \(limit)
            """
        )
    }

    package func shortenExpiry(after time: Timestamp, to expiry: Timestamp) async throws(MediaError) -> Int {
        try await CatalogFailure.translate {
            try await self.client.query(
                """
                UPDATE media.uploads SET expires_at = \(expiry) \
                WHERE state IN ('receiving', 'failed') AND expires_at > \(time)
                """
            ).affectedRows
        }
    }

    package func forgetEnded(before time: Timestamp) async throws(MediaError) -> Int {
        try await CatalogFailure.translate {
            try await self.client.query(
                """
                WITH unused AS (DELETE FROM media.used_grants WHERE expires_at < \(GrantClaim.horizon(at: time)) AND NOT EXISTS ( \
                SELECT 1 FROM media.uploads WHERE id = upload_id AND state IN \(fragment: Self.openStates))) \
                DELETE FROM media.uploads \
                WHERE state IN ('complete', 'terminated', 'expired') AND updated_at < \(time)
                """
            ).affectedRows
        }
    }

    package func requestTakeover(of id: UploadID, asked time: Timestamp) async throws(MediaError) {
        let payload = PostgresNotifications.takeoverPayload(of: id, asked: time)
        try await CatalogFailure.translate {
            do {
                _ = try await self.client.query("SELECT pg_notify(\(PostgresNotifications.uploadChannel), \(payload))")
            } catch let error as PostgresError where error.sqlState == "54000" {
                // The queue of notifications is full: whoever holds the upload is not asked, and releases it in its own time.
                return
            }
        }
    }

    // MARK: Statements

    /// ``Upload/State/open``, as constants: the planner has to see that the partial indexes apply.
    static let openStates: PostgresQuery = "('receiving', 'processing', 'failed')"

    /// One creation at a time, in all daemons, or two could both see the last free place. A daemon that freezes, or whose
    /// host vanishes, in the middle of one loses the lock with its session. The number is arbitrary.
    static let creationLock: PostgresQuery = """
        SELECT set_config('idle_in_transaction_session_timeout', '15s', true), pg_advisory_xact_lock(7310586428123459432)
        """

    /// Clamped, because a sum of `bigint` is wider than one.
    private static let reservation: PostgresQuery = """
        SELECT least(coalesce(sum(reserved), 0), \(Int64.max))::bigint FROM media.uploads WHERE state IN \(fragment: openStates)
        """

    private func uploads(_ query: PostgresQuery) async throws(MediaError) -> [Upload] {
        try await CatalogFailure.translate { try await self.client.query(query).rows.map { try Upload(row: $0) } }
    }

    private static func insertion(of upload: Upload) throws -> PostgresQuery {
        """
        INSERT INTO media.uploads \
        (id, transport, kind, parts, length, reserved, collection, name, filename, filetype, replace, metadata, \
        concatenation, expected_sha256, client, owner, began_with, conditions, state, file_id, problem, created_at, updated_at, \
        expires_at) \
        VALUES (\(upload.id), \(upload.transport.rawValue), \(upload.kindName), \(nullable: upload.partNames), \
        \(nullable: upload.length?.bytes), \(upload.reserved.bytes), \(nullable: upload.target.collection), \
        \(nullable: upload.target.name), \(nullable: upload.target.filename), \(nullable: upload.target.filetype), \
        \(upload.target.replace), \(nullable: upload.metadata), \(nullable: upload.concatenation), \
        \(nullable: upload.expectedDigest), \(upload.client), \(nullable: upload.owner), \
        \(nullable: upload.beganWith), \(nullable: try upload.encodedConditions())::jsonb, \(upload.state.rawValue), \
        \(nullable: upload.fileID), \(nullable: try upload.encodedProblem())::jsonb, \(upload.createdAt), \
        \(upload.updatedAt), \(upload.expiresAt))
        """
    }
}
