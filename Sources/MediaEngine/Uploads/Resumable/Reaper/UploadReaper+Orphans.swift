import Logging
import MediaCore

/// Folders in the staging area that belong to no open upload.
extension UploadReaper {
    /// A folder without a record may be an upload that is just being made.
    private static let orphanAge = Duration.seconds(3600)

    func sweepOrphans(_ swept: inout Swept) async throws(MediaError) {
        let now = self.clock()
        let folders = try await self.store.uploads()
        var ids = folders.keys.makeIterator()
        while true {
            var chunk: Set<UploadID> = []
            while chunk.count < Self.batch, let id = ids.next() { chunk.insert(id) }
            guard !chunk.isEmpty else { return }
            let records = try await self.catalog.uploads(ids: chunk)
            let open = Set(records.filter { Upload.State.open.contains($0.state) }.map(\.id))
            let known = Set(records.map(\.id))
            for id in chunk.subtracting(open) {
                let age = now.microseconds - (folders[id]?.microseconds ?? now.microseconds)
                guard known.contains(id) || age > Self.orphanAge.microseconds else { continue }
                do throws(MediaError) {
                    guard let freed = try await self.store.remove(id) else { continue }
                    swept.freed = ByteCount(bytes: swept.freed.bytes + freed.bytes)
                    swept.orphaned += 1
                } catch {
                    self.noteUnswept(id, error)
                }
            }
        }
    }

    func noteUnswept(_ id: UploadID, _ error: MediaError) {
        self.logger.warning("An upload cannot be swept", metadata: ["upload": "\(id)", "error": "\(error)"])
    }
}
