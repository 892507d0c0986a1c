import HTTPSemantics
import Hummingbird
import Logging
import MediaCore
import MediaEngine
import Synchronization

/// What is known of an upload while a request for it is handled, for the one line of the log about its refusal.
///
/// The controllers note what they learn, wherever it stands: in the query, in a form, in `Upload-Metadata`.
final class UploadAccount: Sendable {
    /// Of the request that this task handles.
    @TaskLocal static var current: UploadAccount?

    private struct State {
        var collection: String?
        var name: String?
        var size: ByteCount?
        var upload: UploadID?
    }

    private let client: String
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter client: whom the quotas count.
    init(client: String) { self.client = client }

    /// Keeps what is given; what is nil leaves alone what is known.
    func note(
        collection: String? = nil,
        name: String? = nil,
        size: ByteCount? = nil,
        upload: UploadID? = nil
    ) {
        self.state.withLock { state in
            state.collection = collection ?? state.collection
            state.name = name ?? state.name
            state.size = size ?? state.size
            state.upload = upload ?? state.upload
        }
    }

    /// The resumable upload that the request is about.
    var upload: UploadID? { self.state.withLock { $0.upload } }

    /// The fields of the line.
    func metadata(_ error: MediaError) -> Logger.Metadata {
        let state = self.state.withLock { $0 }
        var metadata: Logger.Metadata = [
            "code": "\(error.code.rawValue)", "client": "\(self.client)",
            "seconds": .stringConvertible(((ContinuousClock.now - self.began).inSeconds * 1000).rounded() / 1000),
            "reason": "\(error.message)",
        ]
        if let collection = state.collection { metadata["collection"] = "\(Self.line(collection))" }
        if let name = state.name { metadata["name"] = "\(Self.line(name))" }
        if let size = state.size { metadata["size"] = .stringConvertible(size.bytes) }
        if let upload = state.upload { metadata["upload"] = "\(upload)" }
        return metadata
    }

    /// The client's words in one line, and not more than a line has.
    private static func line(_ text: String) -> String {
        let plain = text.unicodeScalars.prefix(300).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: "?"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(plain))
    }
}

extension UploadEndpoint {
    /// Handles a request that brings an upload or bytes of one. A refusal is one line of the log.
    func accounting(
        _ request: UploadRequest,
        _ logger: Logger,
        _ body: () async throws -> Response
    ) async throws -> Response {
        let account = UploadAccount(client: request.client.key)
        do {
            return try await UploadAccount.$current.withValue(account) { try await body() }
        } catch {
            if let refusal = Self.refusal(error), !Self.isLogged(refusal, of: account.upload) {
                if let id = account.upload, let status = try? await self.uploads.status(of: id, for: request.client) {
                    let upload = status.upload
                    account.note(collection: upload.target.collection, name: upload.target.name, size: upload.length)
                }
                logger.notice("Upload refused", metadata: account.metadata(refusal))
            }
            throw error
        }
    }

    private static func refusal(_ error: any Error) -> MediaError? {
        switch error {
        case let error as MediaError: error
        case let error as FieldedError: error.error
        case let error as UploadFieldError: error.mediaError
        default: nil
        }
    }

    /// Whether the log has its line already, or the upload is not over: its client goes on where it is.
    private static func isLogged(_ error: MediaError, of upload: UploadID?) -> Bool {
        guard upload != nil else { return false }
        if error.cause is Upload.Problem.Kept { return true }
        switch error.code {
        case .uploadIncomplete, .uploadInterrupted, .uploadLocked, .uploadStalled, .offsetMismatch, .shuttingDown,
            .busy:
            return true
        default: return false
        }
    }
}
