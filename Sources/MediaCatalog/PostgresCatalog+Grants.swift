package import MediaCore
import Postgres

/// Grants that were used: each is for one file. Claims are made in the transaction of what claims.
extension PostgresCatalog: GrantCatalog {
    package func file(ofGrant id: String) async throws(MediaError) -> MediaFile? {
        try await CatalogFailure.translate {
            try await self.client.query(
                """
                SELECT \(fragment: MediaFile.columns) FROM media.files \
                WHERE id = (SELECT file_id FROM media.used_grants WHERE id = \(id))
                """
            )
            .rows.first.map { try MediaFile(row: $0) }
        }
    }

    package func upload(ofGrant id: String) async throws(MediaError) -> Upload? {
        try await CatalogFailure.translate {
            try await self.client.query(
                """
                SELECT \(fragment: Upload.columns) FROM media.uploads \
                WHERE id = (SELECT upload_id FROM media.used_grants WHERE id = \(id))
                """
            )
            .rows.first.map { try Upload(row: $0) }
        }
    }

    package func secret(for purpose: String, orStore secret: String) async throws(MediaError) -> String {
        try await CatalogFailure.translate {
            _ = try await self.client.query(
                """
                INSERT INTO media.secrets (purpose, secret) VALUES (\(purpose), \(secret)) ON CONFLICT DO NOTHING
                """
            )
            let rows = try await self.client.query("SELECT secret FROM media.secrets WHERE purpose = \(purpose)").rows
            guard let row = rows.first else { throw PostgresError(.decoding, "a secret was removed just now") }
            return try row.decode(at: 0)
        }
    }

    // MARK: Inside a transaction

    /// Who claims a grant.
    enum Claimant {
        case upload(UploadID)
        case commit(MediaID)

        fileprivate var upload: UploadID? {
            guard case .upload(let id) = self else { return nil }
            return id
        }

        fileprivate var commit: MediaID? {
            guard case .commit(let id) = self else { return nil }
            return id
        }
    }

    /// Claims a grant for an upload or a commit.
    /// - Returns: the upload that has it and keeps it; nil: it is claimed.
    /// - Throws: `grant_used`, `name_busy`.
    static func claim(
        _ grant: GrantClaim,
        for claimant: Claimant,
        on connection: PostgresConnection
    ) async throws -> Upload? {
        // Waits for a claim that another transaction is about to make.
        let inserted = try await connection.query(
            """
            INSERT INTO media.used_grants (id, upload_id, commit_id, expires_at) \
            VALUES (\(grant.id), \(nullable: claimant.upload), \(nullable: claimant.commit), \(grant.expiresAt)) \
            ON CONFLICT (id) DO NOTHING
            """
        )
        guard inserted.affectedRows == 0 else { return nil }
        let claims = try await connection.query(
            """
            SELECT upload_id, file_id, EXISTS (SELECT 1 FROM media.commits WHERE id = commit_id) AS is_recording \
            FROM media.used_grants WHERE id = \(grant.id) FOR UPDATE
            """
        )
        guard let claim = claims.rows.first else { throw MediaError.grantBusy }
        if let id = try claim.decode("upload_id", as: UploadID?.self),
            let present = try await Self.standing(id, of: claim.decode("file_id"), for: claimant, on: connection)
        {
            return present
        }
        guard try claim.decode("file_id", as: MediaID?.self) == nil else {
            throw MediaError.grantUsed("One has come with this grant already.")
        }
        guard try !claim.decode("is_recording", as: Bool.self) else { throw MediaError.grantBusy }
        _ = try await connection.query(
            """
            UPDATE media.used_grants SET upload_id = \(nullable: claimant.upload), commit_id = \(nullable: claimant.commit) \
            WHERE id = \(grant.id)
            """
        )
        return nil
    }

    /// The upload that has a grant and keeps it. One that failed is ended, so that it can become no file any more.
    private static func standing(
        _ id: UploadID,
        of file: MediaID?,
        for claimant: Claimant,
        on connection: PostgresConnection
    ) async throws -> Upload? {
        let rows = try await connection.query(
            "SELECT \(fragment: Upload.columns) FROM media.uploads WHERE id = \(id) FOR UPDATE"
        ).rows
        guard let row = rows.first else { return nil }
        let upload = try Upload(row: row)
        switch upload.state {
        case .receiving, .processing, .complete:
            guard claimant.upload != nil else {
                guard file == nil else { return nil }
                throw MediaError.grantUsed(
                    "A resumable upload has begun with it; go on with that, or end it with DELETE."
                )
            }
            return upload
        case .failed:
            _ = try await connection.query(
                "UPDATE media.uploads SET state = 'terminated', updated_at = now() WHERE id = \(id)"
            )
            return nil
        case .terminated, .expired: return nil
        }
    }
}
