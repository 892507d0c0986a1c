import HTTPServing
import MediaCore

/// The path of a resumable upload's URL.
enum UploadPath {
    static func path(of id: UploadID) -> String { Routes.resumableUpload.pattern.path(id.text) }

    /// The upload of a path; nil for what is none of ours.
    static func id(of path: String) -> UploadID? {
        let folder = Routes.uploads.pattern.path() + "/"
        guard path.hasPrefix(folder) else { return nil }
        return UploadID(path.dropFirst(folder.count))
    }
}

extension MediaRequestContext {
    /// The upload that the request is about.
    /// - Throws: `not_found` for what cannot be an upload's identifier.
    var uploadID: UploadID {
        get throws(MediaError) {
            guard let id = UploadID(self.pathID) else { throw MediaError(.notFound, "There is no upload at this URL.") }
            return id
        }
    }
}
