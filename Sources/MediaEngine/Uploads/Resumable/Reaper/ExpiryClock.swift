package import MediaCore
import Synchronization

/// The time of day as far as the expiry of uploads is concerned: one that somebody set forward has not passed.
///
/// A machine that boots with a wrong time, a guest that was paused, an operator's mistake: the clock jumps by hours, and every upload
/// would be overdue at once. The jump is left out for as long as an upload is kept, so that each has its time from then on. A
/// clock that is set back needs nothing: uploads only live longer.
///
/// ```swift
/// let expiry = ExpiryClock(keeping: .seconds(86400), clock: { Timestamp.now() })
/// let ports = EnginePorts(…, expiryClock: { expiry.now }, …)
/// ```
package final class ExpiryClock: Sendable {
    private struct State {
        var wall: Timestamp
        var steady: ContinuousClock.Instant
        /// Microseconds that did not pass.
        var jump: Int64 = 0
        var jumpedAt: ContinuousClock.Instant
    }

    /// Below, it is the drift of a clock that is being corrected, or a thread that had to wait between two readings.
    private static let smallestJump: Int64 = 10_000_000

    private let patience: Duration
    private let clock: WallClock
    private let steady: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// - Parameters:
    ///   - patience: how long a jump is left out: the time that an upload is kept.
    ///   - clock: the time of day.
    ///   - steady: the time that only passes.
    package init(
        keeping patience: Duration,
        clock: @escaping WallClock,
        steady: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.patience = patience
        self.clock = clock
        self.steady = steady
        let now = steady()
        self.state = Mutex(State(wall: clock(), steady: now, jumpedAt: now))
    }

    /// Leaves out what the clock is ahead of a time that is known to be near: at a start, when nobody has seen how it got there.
    package func begin(at time: Timestamp) {
        self.state.withLock { state in
            let (wall, steady) = (self.clock(), self.steady())
            let jump = wall.microseconds - time.microseconds
            guard jump > Self.smallestJump else { return }
            (state.wall, state.steady) = (wall, steady)
            (state.jump, state.jumpedAt) = (jump, steady)
        }
    }

    /// The time of day, without what did not pass.
    package var now: Timestamp {
        self.state.withLock { state in
            let (wall, steady) = (self.clock(), self.steady())
            let passed = (steady - state.steady).microseconds
            let jump = wall.microseconds - state.wall.microseconds - passed
            (state.wall, state.steady) = (wall, steady)
            if jump > Self.smallestJump {
                state.jump += jump
                state.jumpedAt = steady
            } else if jump < -Self.smallestJump {
                state.jump = max(0, state.jump + jump)
            }
            if steady - state.jumpedAt > self.patience { state.jump = 0 }
            return Timestamp(microseconds: wall.microseconds - state.jump)
        }
    }
}
