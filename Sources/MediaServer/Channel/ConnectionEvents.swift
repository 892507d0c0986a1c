package import MediaCore
import MediaEngine
package import NIOCore
import NIOHTTP1

/// Sent down the pipeline: "the body of this request is wanted". Answers `Expect: 100-continue` (RFC 9110 section 10.1.1).
struct BodyWanted: Sendable {
    /// Whoever wants it sees to it that it keeps coming.
    var isPaced = false
}

/// Sent down the pipeline: "these bytes of this file are the next part of the response body". The event's promise succeeds
/// when the socket has taken all of them.
struct FileTransfer: Sendable {
    var file: OpenFile
    /// Offsets in the file, in bytes.
    var range: Range<Int64>
    /// How fast they may be sent; nil is without limit.
    var pace: StreamPace?
}

/// Sent down the pipeline: "the body of this request goes into this sink". `end` succeeds when no more of it will be written.
struct BodyReception: Sendable {
    var sink: any ByteSink
    /// The most bytes that are taken; what comes beyond them is an error.
    var limit: Int64
    var pace: ReceptionPace
    var interruption: TransferInterruption
    /// Asked after each write: header fields of a `104` that tells how far the upload is, when there is something new to tell.
    var progress: (@Sendable () -> HTTPHeaders?)?
    var end: EventLoopPromise<ReceivedBody>
}

/// How a reception ended. Whatever came before a failure was written.
package struct ReceivedBody: Sendable {
    /// Nil when the body came whole.
    package var failure: MediaError?
    /// The fields behind a chunked body (RFC 9112 section 7.1.2).
    package var trailers: [(name: String, value: String)]
}

/// Sent down the pipeline: an interim response (RFC 9110 section 15.2). Clients of HTTP/1.0 never see one.
struct InterimResponse: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
}

extension Channel {
    /// Lets the client go on when it waits for `100 Continue`.
    package func wantBody() async throws {
        try await self.triggerUserOutboundEvent(BodyWanted()).get()
    }

    /// Writes a range of a file as the next part of the response body, and returns when the socket has taken it.
    ///
    /// - Parameter pace: how fast; nil is without limit.
    package func transfer(_ range: Range<Int64>, of file: OpenFile, pace: StreamPace? = nil) async throws {
        guard !range.isEmpty else { return }
        try await withTaskCancellationHandler {
            try await self.triggerUserOutboundEvent(FileTransfer(file: file, range: range, pace: pace)).get()
        } onCancel: {
            // A shutdown that has run out of patience: the client has to come back for the rest.
            self.close(promise: nil)
        }
    }

    /// Writes the request's body into `sink`, past the layers above, and returns when that has ended.
    func receiveBody(
        into sink: any ByteSink,
        limit: ByteCount,
        pace: ReceptionPace,
        interruption: TransferInterruption,
        progress: (@Sendable () -> HTTPHeaders?)? = nil
    ) async -> ReceivedBody {
        let end = self.eventLoop.makePromise(of: ReceivedBody.self)
        let reception = BodyReception(
            sink: sink,
            limit: limit.bytes,
            pace: pace,
            interruption: interruption,
            progress: progress,
            end: end
        )
        // A channel that is closed already drops the event and its promise fails: then nobody else ends the reception.
        self.triggerUserOutboundEvent(reception).whenFailure { end.fail($0) }
        do {
            return try await end.futureResult.get()
        } catch {
            return ReceivedBody(failure: BodyReceiver.incomplete, trailers: [])
        }
    }

    /// Sends an interim response ahead of the real one.
    func sendInterim(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) async {
        // A client that is gone is noticed by whoever reads or writes next.
        try? await self.triggerUserOutboundEvent(InterimResponse(status: status, headers: headers)).get()
    }
}
