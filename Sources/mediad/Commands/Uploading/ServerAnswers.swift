import Foundation
import MediaCore

/// What `GET` on an upload's own address answers.
struct UploadStatus: Decodable, Sendable {
    enum State: String, Decodable, Sendable {
        case receiving
        case processing
        case complete
        case failed
    }

    /// What the daemon knows of the file it became; the command prints only where it is.
    struct Record: Decodable, Sendable {
        /// An absolute path on the server.
        var url: String
    }

    var state: State
    /// Once complete.
    var file: Record?
    /// Once failed.
    var problem: Problem?
}

/// Problem details (RFC 9457), with the daemon's stable code.
struct Problem: Decodable, Sendable {
    var detail: String?
    var status: Int?
    var code: String?
}

/// Why a request did not do what it should, in the only terms that matter here: may it be tried again?
enum TusFailure: Error, Sendable {
    /// No answer came: the network, or a server that is not there.
    case unreachable(String)
    /// The server answered that it cannot do it now. The text does not name the file.
    case passing(String)
    /// Nothing to try again by itself; somebody has to do something, and then the upload can go on from where it is.
    case blocked(MediaError)
    /// Trying again would not help: the upload is over.
    case final(MediaError)

    /// - Parameter what: the file, for the message.
    static func refusal(of what: String, status: Int, reason: String, problem: Problem?) -> TusFailure {
        let message = "refused (\(status)): \(problem?.detail ?? reason)"
        if self.isPassing(status: status, code: problem?.code) { return .passing(message) }
        let error = MediaError(.invalidRequest, "\(what) was \(message)")
        // Who may not now may be let in later.
        return [401, 403].contains(status) ? .blocked(error) : .final(error)
    }

    /// Whether the same may be accepted later: time-outs, conflicts, locks, too many requests, and whatever a server has not
    /// the client to blame for (RFC 9110, section 15.6).
    static func isPassing(status: Int, code: String?) -> Bool {
        // A request that was cut off by a newer one, or too slow, and a worker that died: nothing is wrong with the file.
        let codes: [MediaError.Code] = [.uploadInterrupted, .uploadStalled, .processingFailed]
        if let code = code.flatMap({ MediaError.Code(rawValue: $0) }), codes.contains(code) { return true }
        return [408, 409, 423, 429].contains(status) || (500...599).contains(status)
    }
}
