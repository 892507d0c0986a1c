package import MediaCore

extension InMemoryCatalog {
    package func setFocalPoint(
        _ point: FocalPoint?,
        of id: MediaID,
        at time: Timestamp
    ) async throws(MediaError) -> MediaFile {
        try self.transaction { state throws(MediaError) in
            guard var file = state.files[id] else { throw MediaError(.notFound, "There is no file with this id.") }
            guard file.focalPoint != point else { return file }
            file.focalPoint = point
            file.updatedAt = max(file.updatedAt, time)
            state.files[id] = file
            state.log.append(.fileUpdated, of: file)
            return file
        }
    }

    package func fillIn(_ file: MediaFile) async throws(MediaError) -> Bool {
        try self.transaction { state throws(MediaError) in
            guard var present = state.files[file.id], present.version.digest == file.version.digest,
                (present.factsVersion ?? 0) < file.factsVersion ?? 0
            else { return false }
            present.dimensions = file.dimensions
            present.durationSeconds = file.durationSeconds
            present.frames = file.frames
            present.hasAlpha = file.hasAlpha
            present.colorModel = file.colorModel
            present.thumbHash = file.thumbHash
            present.dominantColor = file.dominantColor
            present.media = file.media
            present.charset = file.charset
            present.factsVersion = file.factsVersion
            state.files[file.id] = present
            state.log.append(.fileUpdated, of: present)
            return true
        }
    }

    package func files(
        factsBelow version: Int,
        after cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        try self.transaction { state throws(MediaError) in
            let found = state.files.values.filter { file in
                (file.factsVersion ?? 0) < version && cursor.map { $0 < file.id } ?? true
            }
            return Array(found.sorted { $0.id < $1.id }.prefix(limit))
        }
    }
}
