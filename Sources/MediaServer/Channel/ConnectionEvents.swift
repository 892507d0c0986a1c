package import MediaCore
package import NIOCore

/// Sent down the pipeline: "the body of this request is wanted". Answers `Expect: 100-continue` (RFC 9110 section 10.1.1).
struct BodyWanted: Sendable {}

/// Sent down the pipeline: "these bytes of this file are the next part of the response body". The event's promise succeeds
/// when the socket has taken all of them.
struct FileTransfer: Sendable {
    var file: OpenFile
    /// Offsets in the file, in bytes.
    var range: Range<Int64>
}

extension Channel {
    /// Lets the client go on when it waits for `100 Continue`.
    package func wantBody() async throws {
        try await self.triggerUserOutboundEvent(BodyWanted()).get()
    }

    /// Writes a range of a file as the next part of the response body, and returns when the socket has taken it.
    package func transfer(_ range: Range<Int64>, of file: OpenFile) async throws {
        guard !range.isEmpty else { return }
        try await withTaskCancellationHandler {
            try await self.triggerUserOutboundEvent(FileTransfer(file: file, range: range)).get()
        } onCancel: {
            // A shutdown that has run out of patience: the client has to come back for the rest.
            self.close(promise: nil)
        }
    }
}
