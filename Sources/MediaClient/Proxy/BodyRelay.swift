import NIOCore
import Synchronization

/// Hands the pieces of a request's body from the task that reads them to the one that sends them, one at a time: whoever reads waits
/// until the last piece was taken.
///
/// The HTTP client reads a body in a task of its own, which goes on waiting for the next piece when the response is there already. The
/// connection's next reader would meet it there; so the body itself is read by a task that can be ended.
final class BodyRelay: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    private struct State {
        var piece: Result<ByteBuffer?, any Error>?
        var sender: CheckedContinuation<Bool, Never>?
        var taker: CheckedContinuation<ByteBuffer?, any Error>?
        var isClosed = false
    }

    private let state = Mutex(State())

    struct AsyncIterator: AsyncIteratorProtocol {
        let relay: BodyRelay

        mutating func next() async throws -> ByteBuffer? { try await self.relay.take() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(relay: self) }

    /// Hands over a piece, the end (nil), or the failure of the body, and waits until it was taken.
    /// - Returns: false when nobody takes any more.
    func send(_ piece: Result<ByteBuffer?, any Error>) async -> Bool {
        await withCheckedContinuation { continuation in
            let waiting = self.state.withLock { state -> (CheckedContinuation<ByteBuffer?, any Error>?, Bool?) in
                if state.isClosed { return (nil, false) }
                if let taker = state.taker {
                    state.taker = nil
                    return (taker, true)
                }
                state.piece = piece
                state.sender = continuation
                return (nil, nil)
            }
            waiting.0?.resume(with: piece)
            if let isTaken = waiting.1 { continuation.resume(returning: isTaken) }
        }
    }

    private func take() async throws -> ByteBuffer? {
        try await withCheckedThrowingContinuation { continuation in
            let (piece, sender) = self.state.withLock { state in
                if let piece = state.piece {
                    let sender = state.sender
                    (state.piece, state.sender) = (nil, nil)
                    return (Optional(piece), sender)
                }
                if state.isClosed { return (.failure(CancellationError()), nil) }
                state.taker = continuation
                return (nil, nil)
            }
            if let piece { continuation.resume(with: piece) }
            sender?.resume(returning: true)
        }
    }

    /// Nothing more is handed over; whoever waits does so no longer.
    func close() {
        let (sender, taker) = self.state.withLock { state in
            defer { (state.sender, state.taker, state.piece, state.isClosed) = (nil, nil, nil, true) }
            return (state.sender, state.taker)
        }
        sender?.resume(returning: false)
        taker?.resume(throwing: CancellationError())
    }
}
