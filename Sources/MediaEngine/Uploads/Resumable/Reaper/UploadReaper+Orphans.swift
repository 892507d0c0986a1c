import Logging
import MediaCore

/// Folders in the staging area that belong to no open upload.
extension UploadReaper {
    func sweepOrphans(_ swept: inout Swept) async throws(MediaError) {
        let found = try await self.orphans.find()
        for id in found.ended + found.empty { await self.sweep(orphan: id, &swept) }
        guard !found.unknown.isEmpty else { return }
        guard found.isPlausible else {
            self.logger.error(
                """
                Uploads with acknowledged bytes are unknown to the database, more than a crash can explain; nothing of \
                them is removed. Was an older database restored? "mediad fsck --repair --drop-unknown-uploads" removes them
                """,
                metadata: ["unknown": "\(found.unknown.count)", "known": "\(found.knownCount)"]
            )
            return
        }
        for id in found.unknown { await self.sweep(orphan: id, &swept) }
    }

    private func sweep(orphan id: UploadID, _ swept: inout Swept) async {
        do throws(MediaError) {
            guard let freed = try await self.store.remove(id) else { return }
            swept.freed = ByteCount(bytes: swept.freed.bytes + freed.bytes)
            swept.orphaned += 1
        } catch {
            self.noteUnswept(id, error)
        }
    }

    func noteUnswept(_ id: UploadID, _ error: MediaError) {
        self.logger.warning("An upload cannot be swept", metadata: ["upload": "\(id)", "error": "\(error)"])
    }
}
