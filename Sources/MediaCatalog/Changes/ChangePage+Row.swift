import MediaCore
import Postgres

extension ChangePage.Entry {
    init(row: PostgresRow) throws {
        let kind: String = try row.decode("kind")
        guard let kind = FileChange.Kind(rawValue: kind) else {
            throw PostgresError(.decoding, "an unknown kind of change: \(kind)")
        }
        self.init(
            cursor: ChangeCursor(position: try row.decode("id")),
            change: FileChange(
                kind,
                fileID: try row.decode("file_id"),
                collection: try row.decode("collection"),
                path: MediaPath(trusted: try row.decode("path")),
                previousPath: try row.decode("previous_path", as: String?.self).map { MediaPath(trusted: $0) },
                version: try row.decode("version")
            )
        )
    }
}

extension ChangeCursor {
    /// Behind the row of `media.changes` with this id.
    init(position: Int64) { self.init(text: String(position)) }

    /// The id of the last row that lies before the cursor.
    /// - Throws: `invalid_request` for what ``init(position:)`` did not make.
    func position() throws(MediaError) -> Int64 {
        guard let position = Int64(self.text), position >= 0, String(position) == self.text else {
            throw MediaError(.invalidRequest, "The cursor \"\(self.text)\" is not one of this log.")
        }
        return position
    }
}
