package import HTTPTypes
package import NIOCore

/// Takes the bytes of a request's body in order.
package protocol BodySink: Sendable {
    /// Writes at the end. Blocks: it is called on threads that may wait for a disk, one call at a time.
    func write(_ bytes: UnsafeRawBufferPointer) throws
}

/// Sent down the pipeline: "the body of this request is wanted". Answers `Expect: 100-continue` (RFC 9110 section 10.1.1).
struct BodyWanted: Sendable {
    /// Whoever wants it has a time-out of its own for a body that stops coming.
    var isPaced = false
}

/// Sent down the pipeline: "the body of this request goes into this sink". `end` succeeds when no more of it will be written.
struct BodyReception: Sendable {
    var sink: any BodySink
    /// The most bytes that are taken; what comes beyond them is an error.
    var limit: Int64
    var pace: ReceptionPace
    var interruption: (any ReceptionInterruption)?
    /// Asked after each write: header fields of a `104` that tells how far the upload is, when they have changed.
    var progress: (@Sendable () -> HTTPFields?)?
    var end: EventLoopPromise<ReceivedBody>
}

/// How a reception ended. Whatever came before a failure was written.
package struct ReceivedBody: Sendable {
    /// Nil when the body came whole.
    package var failure: ReceptionFailure?
    /// The fields behind a chunked body (RFC 9112 section 7.1.2), or behind a stream's (RFC 9113 section 8.1).
    package var trailers: HTTPFields
}

extension Channel {
    /// Lets the client go on when it waits for `100 Continue`.
    package func wantBody() async throws {
        try await self.triggerUserOutboundEvent(BodyWanted()).get()
    }

    /// Writes the request's body into `sink`, past the layers above, and returns when that has ended.
    ///
    /// - Parameters:
    ///   - limit: the most bytes that are taken.
    ///   - pace: how slowly they may come.
    ///   - interruption: how somebody else can end the reception; nil when nobody does.
    ///   - progress: asked after each write for the fields of a `104`; nil from it sends none.
    package func receiveBody(
        into sink: any BodySink,
        limit: Int64,
        pace: ReceptionPace,
        interruption: (any ReceptionInterruption)? = nil,
        progress: (@Sendable () -> HTTPFields?)? = nil
    ) async -> ReceivedBody {
        let end = self.eventLoop.makePromise(of: ReceivedBody.self)
        let reception = BodyReception(
            sink: sink,
            limit: limit,
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
            return ReceivedBody(failure: .incomplete, trailers: [:])
        }
    }
}
