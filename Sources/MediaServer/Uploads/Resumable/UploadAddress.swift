import Hummingbird
import HummingbirdCore
import MediaCore

/// Where resumable uploads live: `/api/uploads` and `/api/uploads/{id}`.
enum UploadAddress {
    static let collection = "/api/uploads"

    static func path(of id: UploadID) -> String { "\(self.collection)/\(id)" }

    /// Whether a request's target, with or without a query, is one of them.
    static func covers(target: String) -> Bool {
        // As the router sees it: absolute form too, and empty segments do not count.
        let segments = URI(target).path.utf8.split(separator: UInt8(ascii: "/"))
        return segments.count >= 2 && segments[0].elementsEqual("api".utf8) && segments[1].elementsEqual("uploads".utf8)
    }

    /// - Throws: `not_found` for what cannot be an upload's identifier.
    static func id(_ context: MediaRequestContext) throws(MediaError) -> UploadID {
        guard let id = context.parameters.get("id").flatMap({ UploadID($0) }) else {
            throw MediaError(.notFound, "There is no upload at this address.")
        }
        return id
    }
}
