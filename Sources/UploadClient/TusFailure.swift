/// Why a request did not do what it should, in the only terms that matter here: may it be tried again?
enum TusFailure: Error, Sendable {
    /// No response came: the network, or a server that is not there.
    case unreachable(String)
    /// The server responded that it cannot do it now. The text does not name the file.
    case passing(String)
    /// Nothing to try again by itself; somebody has to do something, and then the upload can go on from where it is.
    case blocked(UploadClientError)
    /// Trying again would not help: the upload is over.
    case final(UploadClientError)

    /// Problem codes (docs/http-api.md) of what says nothing against the file: a request that was cut off by a newer one, or was
    /// too slow, and a worker that died.
    private static let passingCodes: Set<String> = ["upload_interrupted", "upload_stalled", "processing_failed"]

    /// - Parameter file: for the message.
    static func refusal(of file: String, status: Int, reason: String, problem: ProblemDetails?) -> TusFailure {
        let message = "refused (\(status)): \(problem?.detail ?? reason)"
        if self.isPassing(status: status, code: problem?.code) { return .passing(message) }
        let error = UploadClientError(.refused, "\(file) was \(message)")
        // Who may not now may be let in later.
        return [401, 403].contains(status) ? .blocked(error) : .final(error)
    }

    /// Whether the same may be accepted later: time-outs, conflicts, locks, too many requests, and whatever a server has not
    /// the client to blame for (RFC 9110, section 15.6).
    static func isPassing(status: Int, code: String?) -> Bool {
        if let code, Self.passingCodes.contains(code) { return true }
        return [408, 409, 423, 429].contains(status) || (500...599).contains(status)
    }
}
