import FoundationEssentials
import MediaCore
import Postgres

extension CommitIntent {
    /// The columns that ``init(row:)`` reads.
    static let columns: PostgresQuery = """
        id, kind, phase, owner, staging_name, obsolete_path, record::text AS record, upload_id
        """

    init(row: PostgresRow) throws {
        let kind: String = try row.decode("kind")
        let phase: String = try row.decode("phase")
        guard let kind = Kind(rawValue: kind), let phase = Phase(rawValue: phase) else {
            throw PostgresError(.decoding, "an unknown kind or phase of a commit: \(kind), \(phase)")
        }
        let record: String = try row.decode("record")
        self.init(
            id: try row.decode("id"),
            kind: kind,
            phase: phase,
            owner: try row.decode("owner"),
            stagingName: try row.decode("staging_name"),
            file: try JSONDecoder().decode(MediaFile.self, from: Data(record.utf8)),
            obsoletePath: try row.decode("obsolete_path", as: String?.self).map { MediaPath(trusted: $0) },
            upload: try row.decode("upload_id")
        )
    }

    /// The record as JSON text.
    func encodedRecord() throws -> String {
        String(decoding: try JSONEncoder().encode(self.file), as: UTF8.self)
    }
}
