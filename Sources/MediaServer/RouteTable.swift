/// Which methods each address takes: for the router's registrations and for `Allow`.
enum RouteTable {
    static func allowedMethods(path: String) -> [String] {
        switch true {
        case path == "/api/upload": ["POST", "OPTIONS"]
        case path == UploadAddress.collection: ["POST", "OPTIONS"]
        case UploadAddress.covers(target: path): ["GET", "HEAD", "PATCH", "DELETE", "POST", "OPTIONS"]
        case path == "/api/media": ["GET", "HEAD"]
        case path.hasPrefix("/api/media/"): ["GET", "HEAD", "DELETE"]
        case path.hasPrefix("/api/files/"), path.hasPrefix("/files/"): ["GET", "HEAD"]
        case path == "/", path == "/healthz", path == "/readyz": ["GET", "HEAD"]
        default: []
        }
    }
}
