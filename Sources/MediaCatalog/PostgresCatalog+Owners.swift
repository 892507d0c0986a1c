package import MediaCore
import Postgres

/// What owners have, and whether more fits.
extension PostgresCatalog {
    package func usage(
        of owner: String,
        without upload: UploadID?,
        replacing target: Upload.Target
    ) async throws(MediaError) -> OwnerUsage {
        try await CatalogFailure.translate {
            let query = Self.usage(of: owner, withoutUpload: upload, replacing: target.place)
            return try Self.usage(in: try await self.client.query(query).rows)
        }
    }

    /// Checks that what is to come fits into its owner's quota. Until the end of the transaction nobody else can have the same room.
    ///
    /// - Parameters:
    ///   - upload: the upload that is to be counted, not what it has reserved.
    ///   - target: where the file is to go; what lies there now makes room for it.
    static func checkQuota(
        _ quota: OwnerQuota,
        of owner: String?,
        adding size: ByteCount,
        upload: UploadID?,
        target: (collection: String, name: String)?,
        on connection: PostgresConnection
    ) async throws {
        guard let owner, quota.isBounded else { return }
        // A statement of its own: the next one sees what the one before has committed. The second number is arbitrary.
        _ = try await connection.query(
            "SELECT pg_advisory_xact_lock(hashtextextended(\(owner), 7310586428123459434))"
        )
        let rows = try await connection.query(Self.usage(of: owner, withoutUpload: upload, replacing: target)).rows
        try quota.check(try Self.usage(in: rows), size: size)
    }

    private static func usage(in rows: [PostgresRow]) throws -> OwnerUsage {
        guard let row = rows.first else { throw PostgresError(.decoding, "an aggregate gave no row") }
        return OwnerUsage(files: try row.decode("files"), size: ByteCount(bytes: try row.decode("bytes")))
    }

    /// Files, open uploads that are no parts, and plain uploads on their way. Sums are clamped: that of `bigint` is wider than one.
    private static func usage(
        of owner: String,
        withoutUpload upload: UploadID?,
        replacing target: (collection: String, name: String)?
    ) -> PostgresQuery {
        var others: PostgresQuery = "true"
        if let target { others = "(collection, name) <> (\(target.collection), \(target.name))" }
        return """
            SELECT count(*) AS files, least(coalesce(sum(bytes), 0), \(Int64.max))::bigint AS bytes FROM ( \
            SELECT size AS bytes FROM media.files WHERE owner = \(owner) AND \(fragment: others) UNION ALL \
            SELECT reserved FROM media.uploads WHERE owner = \(owner) AND state IN \(fragment: Self.openStates) \
            AND kind <> 'partial' AND id IS DISTINCT FROM \(nullable: upload) UNION ALL \
            SELECT (record #>> '{version,size}')::bigint FROM media.commits WHERE kind = 'publish' AND phase = 'pending' \
            AND upload_id IS NULL AND record ->> 'owner' = \(owner)) AS everything
            """
    }
}
