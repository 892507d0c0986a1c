import HTTPTypes
package import Hummingbird
package import NIOCore

/// Content of a response that has no end of its own: events that come while somebody listens.
///
///     EndlessBody.response(status: .ok, headers: headers, on: context.channel) { stream in
///         stream.onClose { listener.stop() }
///         stream.write(ByteBuffer(string: "data: hello\n\n")) {}
///     }
///
/// In HTTP/1 the connection is taken over (``ConnectionTakeover``), so that a listener who hears nothing costs a few KiB and no task. In
/// HTTP/2 the stream stays what it is.
package enum EndlessBody {
    /// A response with such content. Nobody compresses it, and nothing but its producer or its client ends it.
    ///
    /// - Parameters:
    ///   - channel: of the request.
    ///   - begin: called once, when the head is written. It must not block.
    package static func response(
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields,
        on channel: any Channel,
        begin: @escaping @Sendable (any EndlessStream) -> Void
    ) -> Response {
        let body = ResponseBody { writer in
            let takeover = ConnectionTakeover { taken in
                StreamHandler(connection: taken.connection, isChunked: taken.isChunked, begin: begin)
            }
            do {
                try await channel.triggerUserOutboundEvent(takeover).get()
            } catch {
                return try await QueuedStream.serve(writer: &writer, channel: channel, begin: begin)
            }
            throw ConnectionTaken()
        }
        return Response(status: status, headers: headers, body: body)
    }
}

/// One listener's end of a response that goes on and on. Its methods can be called from anywhere; what is written in order arrives in order.
package protocol EndlessStream: Sendable {
    /// Sends bytes.
    ///
    /// - Parameter written: called when the socket has taken them all; never when the connection ends first. Who waits for it before the next
    ///   bytes never has more than one piece in memory, however slowly the client reads.
    func write(_ bytes: ByteBuffer, written: @escaping @Sendable () -> Void)

    /// Sends last bytes and ends the response. What comes later is ignored.
    func end(_ bytes: ByteBuffer?)

    /// Calls this once when the client is gone or the response has ended; at once when that was before.
    func onClose(_ action: @escaping @Sendable () -> Void)
}
