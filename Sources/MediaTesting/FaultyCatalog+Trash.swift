package import MediaCore

extension FaultyCatalog: TrashCatalog {
    package func trashEntry(_ id: MediaID) async throws(MediaError) -> TrashEntry? {
        try await self.perform("trashEntry") { () async throws(MediaError) in try await self.base.trashEntry(id) }
    }

    package func trash(
        in collection: String?,
        after cursor: TrashEntry.Cursor?,
        limit: Int
    ) async throws(MediaError) -> [TrashEntry] {
        try await self.perform("trash") { () async throws(MediaError) in
            try await self.base.trash(in: collection, after: cursor, limit: limit)
        }
    }

    package func trashTotals() async throws(MediaError) -> TrashTotals {
        try await self.perform("trashTotals") { () async throws(MediaError) in try await self.base.trashTotals() }
    }

    package func beginRestoring(_ intent: CommitIntent) async throws(MediaError) {
        try await self.perform("beginRestoring") { () async throws(MediaError) in
            try await self.base.beginRestoring(intent)
        }
    }

    package func finishRestoring(_ intent: CommitIntent) async throws(MediaError) {
        try await self.perform("finishRestoring") { () async throws(MediaError) in
            try await self.base.finishRestoring(intent)
        }
    }

    package func abandonRestoring(_ intent: CommitIntent) async throws(MediaError) {
        try await self.perform("abandonRestoring") { () async throws(MediaError) in
            try await self.base.abandonRestoring(intent)
        }
    }

    package func forgetTrash(_ id: MediaID, expiredBy time: Timestamp?) async throws(MediaError) -> Bool {
        try await self.perform("forgetTrash") { () async throws(MediaError) in
            try await self.base.forgetTrash(id, expiredBy: time)
        }
    }

    package func expiredTrash(by time: Timestamp, limit: Int) async throws(MediaError) -> [MediaID] {
        try await self.perform("expiredTrash") { () async throws(MediaError) in
            try await self.base.expiredTrash(by: time, limit: limit)
        }
    }

    package func recorded(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID> {
        try await self.perform("recorded") { () async throws(MediaError) in try await self.base.recorded(among: ids) }
    }

    package func trashed(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID> {
        try await self.perform("trashed") { () async throws(MediaError) in try await self.base.trashed(among: ids) }
    }

    package func setTrashRetention(_ retention: Duration) async throws(MediaError) {
        try await self.perform("setTrashRetention") { () async throws(MediaError) in
            try await self.base.setTrashRetention(retention)
        }
    }

    package func neverLinked(
        in collection: String,
        unchangedSince time: Timestamp,
        after cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        try await self.perform("neverLinked") { () async throws(MediaError) in
            try await self.base.neverLinked(in: collection, unchangedSince: time, after: cursor, limit: limit)
        }
    }
}

extension FaultyCatalog: LinkCatalog {
    package func link(
        _ link: FileLink,
        to file: MediaID,
        isSingle: Bool?
    ) async throws(MediaError) -> (link: LinkRecord, isNew: Bool) {
        let outcome = try await self.perform("link") { () async throws(MediaError) in
            LinkOutcome(try await self.base.link(link, to: file, isSingle: isSingle))
        }
        return (outcome.link, outcome.isNew)
    }

    package func unlink(_ link: FileLink, from file: MediaID) async throws(MediaError) -> Bool {
        try await self.perform("unlink") { () async throws(MediaError) in
            try await self.base.unlink(link, from: file)
        }
    }

    package func unlink(entity: String, entityID: String, role: String?) async throws(MediaError) -> Int {
        try await self.perform("unlink") { () async throws(MediaError) in
            try await self.base.unlink(entity: entity, entityID: entityID, role: role)
        }
    }

    package func links(
        matching filter: LinkFilter,
        after cursor: LinkRecord.Key?,
        limit: Int
    ) async throws(MediaError) -> [LinkRecord] {
        try await self.perform("links") { () async throws(MediaError) in
            try await self.base.links(matching: filter, after: cursor, limit: limit)
        }
    }

    private struct LinkOutcome: Sendable {
        var link: LinkRecord
        var isNew: Bool

        init(_ pair: (link: LinkRecord, isNew: Bool)) {
            self.link = pair.link
            self.isNew = pair.isNew
        }
    }
}
