import Hummingbird
import MediaCore

/// Where resumable uploads live: `/api/uploads` and `/api/uploads/{id}`.
enum UploadAddress {
    static let collection = "/api/uploads"

    static func path(of id: UploadID) -> String { "\(self.collection)/\(id)" }

    /// Whether a request's target, with or without a query, is one of them.
    static func covers(target: String) -> Bool {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard path.starts(with: self.collection.utf8) else { return false }
        let rest = path.dropFirst(self.collection.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }

    /// - Throws: `not_found` for what cannot be an upload's identifier.
    static func id(_ context: MediaRequestContext) throws(MediaError) -> UploadID {
        guard let id = context.parameters.get("id").flatMap({ UploadID($0) }) else {
            throw MediaError(.notFound, "There is no upload at this address.")
        }
        return id
    }
}
