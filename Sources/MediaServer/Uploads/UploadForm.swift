import HTTPSemantics
import HTTPTypes
import Hummingbird
import MediaCore

/// What an upload says outside of its body.
struct UploadForm: Sendable {
    var collection: String?
    var name: String?
    var replace: Bool
    /// From `?filename=` or `Content-Disposition` (RFC 6266); for people only.
    var originalFilename: String?
    var contentLength: ByteCount?
    /// The delimiter of a multipart body; nil for a raw one.
    var boundary: String?

    /// True where the query names the one file, so that the body's length says something about it.
    var mayHoldOneFileOnly: Bool { self.name != nil }

    init(_ request: Request) throws(MediaError) {
        let query = try RequestTarget(request).query
        self.collection = query["collection"]
        self.name = query["name"]
        self.replace = try Self.flag(query["replace"], named: "replace")
        self.originalFilename =
            query["filename"].flatMap(ContentDisposition.baseName)
            ?? request.headers[.contentDisposition]
            .flatMap { ContentDisposition(parsing: $0, as: .http)?.fileName }
            .flatMap(ContentDisposition.baseName)
        self.contentLength = request.headers[.contentLength].flatMap { Int64($0) }.map { ByteCount(bytes: $0) }
        guard let type = request.headers[.contentType].flatMap({ MediaTypeValue(parsing: $0) }),
            type.essence == "multipart/form-data"
        else { return }
        guard let boundary = type.boundary else {
            throw MediaError(.invalidRequest, "A multipart/form-data body needs a boundary in its Content-Type.")
        }
        self.boundary = boundary
    }

    /// - Throws: `invalid_request` when the query names no collection.
    func requiredCollection() throws(MediaError) -> String {
        guard let collection = self.collection else { throw Self.missingCollection }
        return collection
    }

    static var missingCollection: MediaError {
        MediaError(.invalidRequest, "The upload needs a collection: the field or the query parameter \"collection\".")
    }

    static func flag(_ text: String?, named name: String) throws(MediaError) -> Bool {
        switch text {
        case nil, "false", "0": return false
        case "true", "1", "": return true
        default: throw MediaError(.invalidRequest, "\(name) must be true or false.")
        }
    }
}
