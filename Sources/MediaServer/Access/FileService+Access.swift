import Access
import MediaCore
import MediaEngine

extension FileService {
    /// The file of the path's `{id}`, where the request may do with it what it is for.
    ///
    /// What is not there, and what may not be known, are looked up the same way and get the same response.
    /// - Throws: `not_found`, and what ``RequestAccess/require(_:or:)`` throws.
    func file(
        of context: MediaRequestContext,
        for request: (FileReference) -> AccessRequest
    ) async throws(MediaError) -> MediaFile {
        let asker = try context.asker
        guard let id = MediaID(context.pathID) else {
            throw MediaError(.notFound, "There is no file with this id; ids are UUIDs.")
        }
        let file: MediaFile
        do {
            file = try await self.file(id: id)
        } catch  where error.code == .notFound {
            try asker.requireToKnowOfAbsence()
            // Who may change nothing is told so, whether there is such a file or not.
            if !asker.principal.isAuthenticated {
                try asker.require(request(FileReference(collection: "", name: "")), or: error)
            }
            throw error
        }
        try asker.require(
            request(FileReference(file)),
            or: MediaError(.notFound, "There is no file with this id.")
        )
        return file
    }
}
