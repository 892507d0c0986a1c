import HTTPTypes
import Hummingbird

/// Which addresses there are and which methods each takes: for `Allow`, and for who has to know the one from the other.
enum RouteTable {
    /// What an address is.
    enum Address {
        case page
        case health
        case upload
        case resumableUploads
        case resumableUpload
        case records
        case record
        case file

        var allowedMethods: [String] {
            switch self {
            case .page, .health: ["GET", "HEAD"]
            case .upload, .resumableUploads: ["POST", "OPTIONS"]
            case .resumableUpload: ["GET", "HEAD", "PATCH", "DELETE", "POST", "OPTIONS"]
            case .records, .file: ["GET", "HEAD", "OPTIONS"]
            case .record: ["GET", "HEAD", "PATCH", "DELETE", "OPTIONS"]
            }
        }

        /// Whether scripts of other origins may read what is there.
        var isReadable: Bool {
            switch self {
            case .records, .record, .file: true
            case .page, .health, .upload, .resumableUploads, .resumableUpload: false
            }
        }
    }

    /// - Parameter path: of a request's target, without its query.
    static func address(of path: String) -> Address? {
        // As the router sees it: empty segments do not count.
        let segments = path.split(separator: "/")
        switch (segments.first, segments.dropFirst().first, segments.count) {
        case (nil, _, _): return .page
        case ("healthz", _, 1), ("readyz", _, 1), ("metrics", _, 1): return .health
        case ("files", _, 2...): return .file
        case ("api", "files", 3...): return .file
        case ("api", "upload", 2): return .upload
        case ("api", "uploads", 2): return .resumableUploads
        case ("api", "uploads", 3...): return .resumableUpload
        case ("api", "media", 2): return .records
        case ("api", "media", 3): return .record
        default: return nil
        }
    }

    static func allowedMethods(path: String) -> [String] { self.address(of: path)?.allowedMethods ?? [] }

    /// The answer to `OPTIONS` (RFC 9110 section 9.3.7); what a preflight wants to know is added by ``CrossOriginMiddleware``.
    static func options(of request: Request) -> Response {
        let allowed = self.allowedMethods(path: request.uri.path).joined(separator: ", ")
        var response = Response(status: .noContent, headers: [.allow: allowed])
        // RFC 9110 section 8.6: a 204 has none.
        response.headers[.contentLength] = nil
        return response
    }
}
