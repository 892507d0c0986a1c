package import MediaCore

/// Finds the folders of the staging area whose upload is over, or unknown to the database.
package struct UploadOrphans: Sendable {
    private let store: any UploadStore
    private let catalog: any UploadCatalog
    private let clock: WallClock

    /// A folder without a record may be an upload that is just being made.
    private static let age = Duration.seconds(3600)

    /// - Parameters:
    ///   - store: the bytes of uploads.
    ///   - catalog: their records.
    ///   - clock: the time of day.
    package init(store: any UploadStore, catalog: any UploadCatalog, clock: @escaping WallClock) {
        self.store = store
        self.catalog = catalog
        self.clock = clock
    }

    /// What was found.
    package struct Found: Sendable {
        /// Uploads that the database knows to be over.
        package var ended: [UploadID] = []
        /// Unknown for an hour, without a byte: what a crash leaves of a creation.
        package var empty: [UploadID] = []
        /// Unknown for an hour, with acknowledged bytes.
        package var unknown: [UploadID] = []
        /// How many folders belong to an upload that the database knows, over or not.
        package var knownCount = 0

        /// Whether the unknown ones may be left over from failures one by one. A database that suddenly knows no upload, or
        /// only few, is rather one that lost them.
        package var isPlausible: Bool {
            self.knownCount > 0 && SweepBound.allows(self.unknown.count, of: self.unknown.count + self.knownCount)
        }
    }

    /// Looks through all folders.
    package func find() async throws(MediaError) -> Found {
        let now = self.clock()
        let folders = try await self.store.uploads()
        var found = Found()
        var ids = folders.keys.makeIterator()
        while true {
            var chunk: Set<UploadID> = []
            while chunk.count < UploadReaper.batch, let id = ids.next() { chunk.insert(id) }
            guard !chunk.isEmpty else { return found }
            let records = try await self.catalog.uploads(ids: chunk)
            found.knownCount += records.count
            found.ended += records.filter { !Upload.State.open.contains($0.state) }.map(\.id)
            for id in chunk.subtracting(records.map(\.id)) {
                let age = now.microseconds - (folders[id]?.microseconds ?? now.microseconds)
                guard age > Self.age.microseconds else { continue }
                if try await self.hasBytes(id) { found.unknown.append(id) } else { found.empty.append(id) }
            }
        }
    }

    /// Removes what is unknown, with or without bytes: an operator's word.
    /// - Parameter report: told of each one that was removed, with the bytes freed.
    package func removeUnknown(report: (UploadID, ByteCount) -> Void) async throws(MediaError) {
        let found = try await self.find()
        for id in found.empty + found.unknown {
            guard let freed = try await self.store.remove(id) else { continue }
            report(id, freed)
        }
    }

    /// What cannot be read counts as bytes.
    private func hasBytes(_ id: UploadID) async throws(MediaError) -> Bool {
        do throws(MediaError) {
            return (try await self.store.progress(of: id)?.offset.bytes ?? 0) > 0
        } catch  where error.code == .storageUnavailable {
            return true
        }
    }
}

/// How much one sweep may remove of what the database does not know.
enum SweepBound {
    /// A few, or a quarter of all: beyond it an operator has to say so.
    static func allows(_ count: Int, of total: Int) -> Bool { count <= max(8, total / 4) }
}
