/// Who wants to know how a batch of uploads gets on. Called from any task, and must not block.
///
/// `index` is the file's place in the list given to ``Uploader/send(_:)``, from 0. Each file ends once; between beginning and
/// end its other events come in order.
package protocol UploadObserver: Sendable {
    /// The file was opened and its upload begins, or goes on from an earlier run.
    func began(_ index: Int, name: String, size: Int64)
    /// This many bytes of the file have gone, those of earlier runs included.
    func progressed(_ index: Int, to offset: Int64)
    /// All bytes are there; the server inspects and publishes the file.
    func processing(_ index: Int)
    /// Something failed that may pass: the upload is tried again after the pause.
    /// - Parameters:
    ///   - path: the file as it was given.
    ///   - reason: what failed, in a few words.
    func retrying(_ index: Int, path: String, reason: String, after pause: Duration)
    /// Something that does not keep the files from being sent, in a sentence.
    func warned(_ message: String)
    /// The file is done with, well or not.
    func ended(_ index: Int, _ outcome: UploadOutcome)
}

/// How it went with one file.
package enum UploadOutcome: Sendable {
    /// The file is there, after this time.
    ///
    /// What is remembered of the upload stays until ``Uploader/forget(_:)``: sent again before that, it is not sent twice.
    case sent(UploadedFile, after: Duration, UploadKey)
    /// It is over.
    case failed(UploadClientError)
    /// It is not over: sending the same file to the same place again resumes it. The error is nil when the task was cancelled.
    case unfinished(UploadClientError?)
    /// The task was cancelled, and nothing of the upload is kept.
    case cancelled

    /// The file at the server; nil unless it was sent.
    package var file: UploadedFile? {
        guard case .sent(let file, _, _) = self else { return nil }
        return file
    }

    /// Where the file is; nil unless it was sent.
    package var url: String? { self.file?.url }

    /// Whether the same call would resume it.
    package var isUnfinished: Bool {
        guard case .unfinished = self else { return false }
        return true
    }

    /// What went wrong; nil when nothing did, or the task was cancelled.
    package var error: UploadClientError? {
        switch self {
        case .failed(let error): error
        case .unfinished(let error): error
        case .sent, .cancelled: nil
        }
    }
}
