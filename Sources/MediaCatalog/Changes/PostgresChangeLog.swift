package import Logging
package import MediaCore
package import Postgres

/// The change log in PostgreSQL: the table `media.changes`, and the channels `media_records` and `media_uploads`.
///
/// Positions are the table's serial ids. Transactions can commit in another order than they took their ids in, so a change can
/// appear at a position that a reader has already passed, and that reader misses it: following the cursor is not promised to find
/// every change until positions are stamped in the order of the commits.
///
/// The database's notifications do not depend on positions. Triggers send those of records, on update, delete and truncate of
/// `media.files`; an insert announces nothing.
package struct PostgresChangeLog: ChangeLog {
    private let client: PostgresClient
    private let logger: Logger

    /// - Parameter client: connected to a database that ``Migrator`` has brought up to date. Listening takes one connection
    ///   beside those of its pool.
    package init(client: PostgresClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    package func end() async throws(MediaError) -> ChangeCursor {
        try await CatalogFailure.translate {
            // Zero when nothing was logged yet or all of it was pruned: what comes later is above it all the same.
            let rows = try await self.client.query("SELECT coalesce(max(id), 0) FROM media.changes").rows
            return ChangeCursor(position: try rows.first?.decode(at: 0) ?? 0)
        }
    }

    package func changes(after cursor: ChangeCursor?, limit: Int) async throws(MediaError) -> ChangePage {
        let position = try cursor?.position() ?? 0
        var entries = try await CatalogFailure.translate {
            let query: PostgresQuery = """
                SELECT id, kind, file_id, collection, path, previous_path, version FROM media.changes \
                WHERE id > \(position) ORDER BY id LIMIT \(limit + 1)
                """
            return try await self.client.query(query).rows.map { try ChangePage.Entry(row: $0) }
        }
        let hasMore = entries.count > limit
        if hasMore { entries.removeLast() }
        return ChangePage(
            entries: entries,
            next: entries.last?.cursor ?? ChangeCursor(position: position),
            hasMore: hasMore
        )
    }

    @discardableResult
    package func prune(through cursor: ChangeCursor) async throws(MediaError) -> Int {
        let position = try cursor.position()
        return try await CatalogFailure.translate {
            try await self.client.query("DELETE FROM media.changes WHERE id <= \(position)").affectedRows
        }
    }

    /// Appends a change, on the connection and in the transaction of the change itself (invariant 8).
    static func append(_ change: FileChange, on connection: PostgresConnection) async throws {
        _ = try await connection.query(
            """
            INSERT INTO media.changes (kind, file_id, collection, path, previous_path, version) \
            VALUES (\(change.kind.rawValue), \(change.fileID), \(change.collection), \(change.path.text), \
            \(nullable: change.previousPath?.text), \(change.version))
            """
        )
    }
}

// MARK: Listening

extension PostgresChangeLog {
    /// Paths of records that were changed or deleted, by whomever; an empty payload means all of them. Notified by the triggers
    /// `files_announce` (update, delete) and `files_announce_truncate`; new records are not announced.
    static let recordChannel = "media_records"
    /// Uploads that somebody wants: the id, a space, microseconds since 1970 as decimal digits.
    static let uploadChannel = "media_uploads"

    /// The payload that asks for the release of an upload.
    static func takeoverPayload(of id: UploadID, asked time: Timestamp) -> String { "\(id.text) \(time.microseconds)" }

    package func notifications() -> AsyncStream<ChangeNotification> {
        let heard = self.client.listen(to: [Self.recordChannel, Self.uploadChannel])
        let logger = self.logger
        return AsyncStream(
            unfolding: {
                // The iteration ends when the task that reads is cancelled.
                for await notification in heard {
                    if let change = ChangeNotification(notification) { return change }
                    logger.warning("A notification could not be read", metadata: ["notification": "\(notification)"])
                }
                return nil
            }
        )
    }
}

extension ChangeNotification {
    /// - Returns: nil for a payload that nobody here sends.
    fileprivate init?(_ notification: PostgresNotification) {
        switch notification {
        case .connected: self = .connected
        case .disconnected: self = .disconnected
        case .received(PostgresChangeLog.recordChannel, "", _): self = .allRecordsChanged
        case .received(PostgresChangeLog.recordChannel, let path, _): self = .recordChanged(MediaPath(trusted: path))
        case .received(_, let payload, _):
            let words = payload.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, let id = UploadID(String(words[0])), let microseconds = Int64(words[1]) else {
                return nil
            }
            self = .uploadTakeoverRequested(id, asked: Timestamp(microseconds: microseconds))
        }
    }
}
