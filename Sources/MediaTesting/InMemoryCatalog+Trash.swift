package import MediaCore

extension InMemoryCatalog: TrashCatalog {
    /// A deleted file as it is kept.
    struct Trashed: Sendable {
        var entry: TrashEntry
        var links: [LinkRecord.Key: Link]
        var formerPaths: [MediaPath]
        var isRestoring = false
    }

    /// How long the database keeps what it deletes by itself.
    package var trashRetention: Duration { self.withState { $0.trashRetention } }

    package func trashEntry(_ id: MediaID) async throws(MediaError) -> TrashEntry? {
        self.withState { $0.trash[id]?.entry }
    }

    package func trash(
        in collection: String?,
        after cursor: TrashEntry.Cursor?,
        limit: Int
    ) async throws(MediaError) -> [TrashEntry] {
        let all = self.withState { state in state.trash.values.map(\.entry) }
        let found = all.filter { entry in
            if let collection, entry.file.collection != collection { return false }
            guard let cursor else { return true }
            return (entry.deletedAt, entry.file.id) < (cursor.deletedAt, cursor.id)
        }
        return Array(found.sorted { ($1.deletedAt, $1.file.id) < ($0.deletedAt, $0.file.id) }.prefix(limit))
    }

    package func trashTotals() async throws(MediaError) -> TrashTotals {
        self.withState { state in
            let sizes = state.trash.values.map(\.entry.file.version.size.bytes)
            return TrashTotals(files: sizes.count, size: ByteCount(bytes: sizes.reduce(0, +)))
        }
    }

    package func beginRestoring(_ intent: CommitIntent) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            let file = intent.file
            try Self.insert(intent, into: &state)
            guard state.trash[file.id]?.entry.file.path == file.path else {
                throw MediaError(.notFound, "There is no file with this id in the trash.")
            }
            state.trash[file.id]?.isRestoring = true
            let other = state.files.values.first {
                $0.path == file.path || ($0.collection == file.collection && $0.name == file.name)
            }
            guard let other else { return }
            throw MediaError(.nameTaken, "Another file has the name by now.", details: ["path": [other.path.text]])
        }
    }

    package func finishRestoring(_ intent: CommitIntent) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            guard state.intents.removeValue(forKey: intent.id) != nil else { return }
            guard let trashed = state.trash.removeValue(forKey: intent.file.id) else {
                throw MediaError(.notFound, "There is no file with this id in the trash.")
            }
            let file = trashed.entry.file
            let isTaken = state.files.values.contains {
                $0.path == file.path || ($0.collection == file.collection && $0.name == file.name)
            }
            guard !isTaken else { throw MediaError(.nameTaken, "The name or path belongs to another file.") }
            state.files[file.id] = file
            state.kept.insert(file.id)
            state.moves[file.path] = nil
            for path in trashed.formerPaths where state.moves[path] == nil { state.moves[path] = file.id }
            for (key, link) in trashed.links {
                let present = state.links.filter { $0.key.link == key.link }
                let isFree = !present.contains { $0.value.isSingle || link.isSingle }
                if isFree { state.links[key] = link }
            }
            state.log.append(.fileRestored, of: file)
        }
    }

    package func abandonRestoring(_ intent: CommitIntent) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            state.intents[intent.id] = nil
            state.trash[intent.file.id]?.isRestoring = false
        }
    }

    package func forgetTrash(_ id: MediaID, expiredBy time: Timestamp?) async throws(MediaError) -> Bool {
        try self.transaction { state throws(MediaError) in
            guard let trashed = state.trash[id], !trashed.isRestoring,
                time.map({ trashed.entry.expiresAt <= $0 }) ?? true,
                !state.intents.values.contains(where: { $0.kind == .remove && $0.file.id == id })
            else { return false }
            state.trash[id] = nil
            return true
        }
    }

    package func expiredTrash(by time: Timestamp, limit: Int) async throws(MediaError) -> [MediaID] {
        self.withState { state in
            let found = state.trash.values.map(\.entry).filter { $0.expiresAt <= time }
            return found.sorted { $0.expiresAt < $1.expiresAt }.prefix(limit).map(\.file.id)
        }
    }

    package func recorded(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID> {
        try self.transaction { state throws(MediaError) in Set(ids.filter { state.files[$0] != nil }) }
    }

    package func trashed(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID> {
        self.withState { state in Set(ids.filter { state.trash[$0] != nil }) }
    }

    package func setTrashRetention(_ retention: Duration) async throws(MediaError) {
        self.withState { $0.trashRetention = retention }
    }

    package func neverLinked(
        in collection: String,
        unchangedSince time: Timestamp,
        after cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        self.withState { state in
            let found = state.files.values.filter { file in
                file.collection == collection && max(file.createdAt, file.updatedAt) <= time
                    && !state.kept.contains(file.id) && cursor.map { $0 < file.id } ?? true
            }
            return Array(found.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    /// Deletes a file as the database's function `media.take_out` does. Inside a transaction.
    static func discard(_ file: MediaFile, as removal: Removal, in state: inout State) {
        let links = state.links.filter { $0.key.fileID == file.id }
        for key in links.keys { state.links[key] = nil }
        guard removal.retention > .zero else { return }
        let now = Timestamp.ofDay
        let retention = Int64(removal.retention.inSeconds * 1_000_000)
        let entry = TrashEntry(
            file: file,
            links: links.keys.map(\.link).sorted {
                ($0.entity, $0.entityID, $0.role) < ($1.entity, $1.entityID, $1.role)
            },
            reason: removal.reason,
            deletedAt: now,
            expiresAt: Timestamp(microseconds: now.microseconds + retention)
        )
        let formerPaths = state.moves.filter { $0.value == file.id }.keys
        state.trash[file.id] = Trashed(entry: entry, links: links, formerPaths: Array(formerPaths))
    }
}
