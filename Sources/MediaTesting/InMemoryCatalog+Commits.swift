package import MediaCore

extension InMemoryCatalog {
    package func begin(_ intent: CommitIntent, under terms: CommitTerms) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            try Self.checkQuota(
                terms.quota,
                of: intent.file.owner,
                adding: intent.file.version.size,
                without: intent.upload,
                target: (intent.file.collection, intent.file.name.text),
                in: state
            )
            try Self.insert(intent, into: &state)
            if let grant = terms.grant { _ = try Self.claim(grant, for: .commit(intent.id), in: &state) }
        }
    }

    package func finish(_ intent: CommitIntent) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            // The row decides, as in the database: its phase, not the caller's copy of it.
            guard state.intents[intent.id]?.phase == .pending else { return }
            if intent.obsoletePath == nil {
                state.intents[intent.id] = nil
            } else {
                state.intents[intent.id]?.phase = .recorded
            }
            try Self.write(intent.file, into: &state)
            Self.use(by: intent, in: &state)
            if let upload = intent.upload { Self.complete(upload, with: intent.file, in: &state) }
        }
    }

    package func remove(_ intent: CommitIntent, as removal: Removal) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            try Self.insert(intent, into: &state)
            try Self.delete(intent.file, as: removal, from: &state)
        }
    }

    package func close(_ intent: CommitIntent) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            state.intents[intent.id] = nil
            state.grants = state.grants.filter { $0.value.claimant != .commit(intent.id) || $0.value.file != nil }
        }
    }

    package func adopt(_ file: MediaFile) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in try Self.write(file, into: &state) }
    }

    package func forget(_ file: MediaFile) async throws(MediaError) {
        try self.transaction { state throws(MediaError) in
            try Self.delete(file, as: .permanent, from: &state)
        }
    }

    // MARK: Inside a transaction

    static func insert(_ intent: CommitIntent, into state: inout State) throws(MediaError) {
        let isBusy = state.intents.values.contains { other in
            other.file.path == intent.file.path
                || (other.file.collection == intent.file.collection && other.file.name == intent.file.name)
        }
        guard !isBusy else { throw MediaError(.nameBusy, "Another commit on this name is open.") }
        state.intents[intent.id] = intent
    }

    private static func write(_ file: MediaFile, into state: inout State) throws(MediaError) {
        let isTaken = state.files.values.contains { other in
            other.id != file.id
                && (other.path == file.path || (other.collection == file.collection && other.name == file.name))
        }
        guard !isTaken else { throw MediaError(.nameTaken, "The name or path belongs to another file.") }
        let previous = state.files[file.id]
        var written = file
        // When a file came to be does not change with its versions.
        if let previous { written.createdAt = previous.createdAt }
        if let owner = previous?.owner { written.owner = owner }
        if let previous, previous.version.digest == file.version.digest { written.focalPoint = previous.focalPoint }
        state.files[file.id] = written
        if previous?.path != file.path {
            state.moves[file.path] = nil
            if let previous { state.moves[previous.path] = file.id }
        }
        guard written != previous else { return }
        let isReplaced = previous.map { $0.version.digest != file.version.digest || $0.path != file.path }
        state.log.append(
            isReplaced.map { $0 ? .fileReplaced : .fileUpdated } ?? .fileCreated,
            of: written,
            previousPath: previous.flatMap { $0.path == file.path ? nil : $0.path }
        )
    }

    private static func delete(
        _ file: MediaFile,
        as removal: Removal,
        from state: inout State
    ) throws(MediaError) {
        guard let present = state.files[file.id], present.path == file.path else {
            throw MediaError(.notFound, "There is no file with this id any more.")
        }
        if let time = removal.unusedSince,
            state.kept.contains(file.id) || max(present.createdAt, present.updatedAt) > time
        {
            throw MediaError(.fileReferenced, "The file is used, or was not long ago.")
        }
        let links = state.links.keys.filter { $0.fileID == file.id }.map(\.link)
        let isLinked = !links.isEmpty && !removal.removesLinks
        guard !state.referenced.contains(file.id), !isLinked else {
            throw MediaError(
                .fileReferenced,
                "The file is still referenced.",
                details: [
                    MediaError.DetailName.references: .rows([]),
                    MediaError.DetailName.links: .rows(
                        links.map {
                            ["entity": .text($0.entity), "entityId": .text($0.entityID), "role": .text($0.role)]
                        }
                    ),
                ]
            )
        }
        Self.discard(present, as: removal, in: &state)
        state.files[file.id] = nil
        state.kept.remove(file.id)
        state.moves = state.moves.filter { $0.value != file.id }
        state.log.append(removal.reason == .reaped ? .fileReaped : .fileDeleted, of: present)
    }
}
