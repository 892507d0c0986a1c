package import MediaCore
import Synchronization

/// Hands the signals of the one connection that listens to all readers of the feed in this process.
package final class FeedSignalRelay: FeedSignals {
    private struct State {
        var listeners: [Int: AsyncStream<FeedSignal>.Continuation] = [:]
        var lastListener = 0
        var isConnected = false
    }

    private let state = Mutex(State())
    /// Signals that a slow listener may be behind; beyond it the oldest go.
    private static let bufferSize = 16

    package init() {}

    package func signals() -> AsyncStream<FeedSignal> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: FeedSignal.self,
            bufferingPolicy: .bufferingNewest(Self.bufferSize)
        )
        let id = self.state.withLock { state in
            // First, and under the lock: what comes next comes behind it.
            continuation.yield(state.isConnected ? .connected : .disconnected)
            state.lastListener += 1
            state.listeners[state.lastListener] = continuation
            return state.lastListener
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[id] = nil } }
        return stream
    }

    /// Hands a signal on, in the order of the calls, of which there is one at a time.
    func tell(_ signal: FeedSignal) {
        let listeners = self.state.withLock { state in
            switch signal {
            case .connected: state.isConnected = true
            case .disconnected: state.isConnected = false
            case .moved: break
            }
            return Array(state.listeners.values)
        }
        // Not under the lock: a listener that is cancelled at the same moment waits for it in `onTermination`.
        for listener in listeners { listener.yield(signal) }
    }
}
