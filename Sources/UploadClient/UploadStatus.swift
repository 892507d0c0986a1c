/// What `GET` on an upload's own URL returns.
struct UploadStatus: Decodable, Sendable {
    enum State: String, Decodable, Sendable {
        case receiving
        case processing
        case complete
        case failed
    }

    /// What the daemon knows of the file it became.
    struct File: Decodable, Sendable {
        /// An absolute path on the server.
        var url: String
        var id: String?
        var path: String?
        var type: String?
        var size: Int64?
        var sha256: String?
    }

    var state: State
    /// Once complete.
    var file: File?
    /// Once failed.
    var problem: ProblemDetails?
}

/// Problem details (RFC 9457), with the daemon's stable code.
struct ProblemDetails: Decodable, Sendable {
    var detail: String?
    var status: Int?
    var code: String?
}
