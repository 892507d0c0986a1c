import MediaClient

/// Looks up the files that a record shall refer to.
package protocol FileDirectory: Sendable {
    /// Makes sure that a file is at mediad, for this purpose, uploaded with a grant of this account; and remembers what it looks like
    /// (`films.files`), so that records can show it while mediad is away.
    ///
    /// - Parameter field: the request's member that names the file.
    /// - Throws: ``FilmsError`` `validation_failed` with `file_wrong_purpose` for any other file; `media_unavailable`.
    func file(
        _ id: RecordID,
        for purpose: FilePurpose,
        of account: RecordID,
        field: String
    ) async throws(FilmsError)
}

/// Asks mediad.
struct MediaFileDirectory: FileDirectory {
    let media: MediaClient
    let files: FileStore
    let base: String

    func file(
        _ id: RecordID,
        for purpose: FilePurpose,
        of account: RecordID,
        field: String
    ) async throws(FilmsError) {
        let facts: FileFacts
        do {
            guard let file = try await self.media.record(of: id.description), purpose.accepts(file),
                file.owner == account.description
            else { throw FilmsError.wrongFile(field, purpose) }
            facts = try await FileFacts.of(file, from: self.media, base: self.base)
        } catch let error as FilmsError {
            throw error
        } catch {
            throw FilmsError.media(error)
        }
        try await self.files.put(facts)
    }
}

extension FilmsServices {
    /// Where records look up the files that they shall refer to.
    package var files: any FileDirectory {
        MediaFileDirectory(
            media: self.media,
            files: FileStore(database: self.database),
            base: self.settings.mediaBase
        )
    }
}

extension FilmsSettings {
    /// What stands in front of addresses of files: mediad's origin as browsers reach it, or nothing.
    package var mediaBase: String {
        guard var base = self.mediaPublicURL else { return "" }
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }
}

extension FilmsError {
    /// The file is not there, or not one that this account uploaded for this purpose.
    static func wrongFile(_ field: String, _ purpose: FilePurpose) -> FilmsError {
        FilmsError(
            .validationFailed,
            .notAllRight,
            ["fields": field],
            fields: [
                FieldProblem(field, .fileWrongPurpose, purpose.text)
            ]
        )
    }

    /// What a failure of mediad means for whoever made the request.
    static func media(_ error: any Error) -> FilmsError {
        if case MediaClientError.refused(let status, let code, _) = error {
            switch (status, code) {
            case (413, _): return FilmsError(.fileTooLarge, .fileTooLarge, cause: error)
            case (507, _):
                return FilmsError(.storageFull, .noRoomForFiles, cause: error)
            case (429, _):
                return FilmsError(.rateLimited, .tooManyRequests, retryAfter: 5, cause: error)
            default: break
            }
        }
        return FilmsError(
            .mediaUnavailable,
            .mediaAway,
            retryAfter: 5,
            cause: error
        )
    }
}
