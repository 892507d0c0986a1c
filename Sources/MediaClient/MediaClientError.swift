import FoundationEssentials

/// Why mediad did not do what was asked for.
package enum MediaClientError: Error, Hashable, Sendable {
    /// It cannot be reached, or did not respond in time; the reason is for the log.
    case unreachable(String)
    /// It refused, with the code and the words of its problem (RFC 9457).
    case refused(status: Int, code: String, detail: String)
    /// The response is none of mediad's.
    case unreadable(String)

    /// Reads a problem; a response without one is told by its status.
    init(_ response: MediaResponse) {
        let problem = try? JSONDecoder().decode(ProblemBody.self, from: Data(response.body))
        self = .refused(
            status: response.status,
            code: problem?.code ?? "internal_error",
            detail: problem?.detail ?? "mediad responded with the status \(response.status)."
        )
    }
}

private struct ProblemBody: Decodable {
    var code: String?
    var detail: String?
}
