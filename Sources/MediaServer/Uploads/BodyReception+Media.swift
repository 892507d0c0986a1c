import HTTPServing
import HTTPTypes
import MediaCore
import MediaEngine
import NIOCore

/// A body that goes into one of the engine's sinks, and its failures in the engine's terms.
extension Channel {
    /// Writes the request's body into `sink`, past the router, and returns when that has ended.
    ///
    /// - Parameters:
    ///   - limit: the most bytes that are taken.
    ///   - interruption: how the engine can end it; nil when it never does.
    ///   - progress: see ``receiveBody(into:limit:pace:interruption:progress:)``.
    func receiveBody(
        into sink: any ByteSink,
        limit: ByteCount,
        pace: ReceptionPace,
        interruption: TransferInterruption? = nil,
        progress: (@Sendable () -> HTTPFields?)? = nil
    ) async -> (failure: MediaError?, trailers: HTTPFields) {
        let received = await self.receiveBody(
            into: EngineSink(sink: sink),
            limit: limit.bytes,
            pace: pace,
            interruption: interruption.map { EngineInterruption(interruption: $0) },
            progress: progress
        )
        return (received.failure.map { MediaError($0) }, received.trailers)
    }
}

private struct EngineSink: BodySink {
    let sink: any ByteSink

    func write(_ bytes: UnsafeRawBufferPointer) throws { try self.sink.write(bytes) }
}

private struct EngineInterruption: ReceptionInterruption {
    let interruption: TransferInterruption

    func onInterrupt(_ handler: @escaping @Sendable (ReceptionInterrupt) -> Void) {
        self.interruption.onInterrupt { reason in
            switch reason {
            case .shutdown: handler(.immediately)
            case .takenOver: handler(.afterGrace)
            }
        }
    }

    func settle() { self.interruption.settle() }
}

extension MediaError {
    /// What a client is told when its body did not come whole.
    init(_ failure: ReceptionFailure) {
        switch failure {
        case .incomplete:
            self.init(.uploadIncomplete, "The upload stopped before its end. What came is kept.")
        case .tooLong(let limit):
            self.init(
                .uploadTooLong,
                "More bytes came than the \(limit) that this request may bring. What fits is kept."
            )
        case .silent(let duration): self = Self.stalled("No byte came for \(duration).")
        case .tooSlow(let rate): self = Self.stalled("Fewer than \(rate) bytes a second came.")
        case .interrupted(.immediately): self = TransferInterruption.Reason.shutdown.error
        case .interrupted(.afterGrace): self = TransferInterruption.Reason.takenOver.error
        case .sink(let error):
            self =
                error as? MediaError
                ?? MediaError(.storageUnavailable, "The daemon is shutting down.", cause: error)
        }
    }

    private static func stalled(_ reason: String) -> MediaError {
        MediaError(.uploadStalled, "\(reason) The upload keeps what came; go on from its offset.")
    }
}
