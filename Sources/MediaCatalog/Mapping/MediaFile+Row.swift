import MediaCore
import Postgres

extension MediaFile {
    /// The columns that ``init(row:)`` reads.
    static let columns: PostgresQuery = """
        id, collection, name, path, type, size, sha256, width, height, duration_seconds, original_filename, owner, modified_at, \
        created_at, updated_at, \(fragment: Self.factColumns)
        """

    init(row: PostgresRow) throws {
        let width = try row.decode("width", as: Int?.self)
        let height = try row.decode("height", as: Int?.self)
        self.init(
            id: try row.decode("id"),
            collection: try row.decode("collection"),
            name: MediaName(trusted: try row.decode("name")),
            path: MediaPath(trusted: try row.decode("path")),
            type: MediaType(try row.decode("type")),
            version: FileVersion(
                size: ByteCount(bytes: try row.decode("size")),
                digest: try row.decode("sha256"),
                modifiedAt: try row.decode("modified_at")
            ),
            dimensions: width.flatMap { width in height.map { PixelSize(width: width, height: $0) } },
            durationSeconds: try row.decode("duration_seconds"),
            originalFilename: try row.decode("original_filename"),
            owner: try row.decode("owner"),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at")
        )
        try self.readFacts(row)
    }
}
