package import NIOCore

/// An open file whose bytes go into responses. Whoever holds the object keeps its descriptor open.
///
///     extension LogFile: SendableFile {}  // a class that closes `descriptor` in its deinit
package protocol SendableFile: AnyObject, Sendable {
    /// The file descriptor of a regular file, open for reading as long as this object lives.
    var descriptor: Int32 { get }
}

/// Sent down the pipeline: "these bytes of this file are the next part of the response body". The event's promise succeeds
/// when the socket has taken all of them.
struct FileTransfer: Sendable {
    var file: any SendableFile
    /// Offsets in the file, in bytes.
    var range: Range<Int64>
    /// How fast they may be sent; nil is without limit.
    var pace: ResponsePace?
}

extension Channel {
    /// Writes a range of a file as the next part of the response body, and returns when the socket has taken it.
    ///
    /// On a plain connection the bytes go by sendfile(2), past the layers above; else piece by piece through memory.
    ///
    /// - Parameters:
    ///   - range: offsets in the file, in bytes.
    ///   - pace: how fast; nil is without limit.
    /// - Throws: when the client went away, or the file is shorter than `range` says. The connection is closed then.
    package func transfer(_ range: Range<Int64>, of file: any SendableFile, pace: ResponsePace? = nil) async throws {
        guard !range.isEmpty else { return }
        try await withTaskCancellationHandler {
            try await self.triggerUserOutboundEvent(FileTransfer(file: file, range: range, pace: pace)).get()
        } onCancel: {
            // A shutdown that has run out of patience: the client has to come back for the rest.
            self.close(promise: nil)
        }
    }
}
