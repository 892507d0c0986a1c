package import MediaCore
import Synchronization

/// Decides which call fails: "fail the nth call", in a loop over n, until a run gets through without reaching its fault.
///
/// One plan is shared by all doubles of a test, so that n counts the calls on the catalog and on the store together, in the
/// order in which they are made. The method is that of SQLite's anomaly tests (sqlite.org/testing.html, section 3).
package final class FaultPlan: Sendable {
    /// What the nth call does.
    package enum Mode: String, Sendable, CaseIterable {
        /// It fails and has no effect.
        case refused
        /// It does its work, and its answer is lost: the caller is told of a failure.
        case answerLost
        /// It and every later call fail without effect, as for a process that is killed just before it.
        case killedBefore
        /// It does its work, and from then on every call fails, as for a process that is killed just after it.
        case killedAfter

        /// True where nothing works any more after the fault.
        package var isCrash: Bool { self == .killedBefore || self == .killedAfter }
    }

    private struct State {
        var calls: [String] = []
        var isArmed = false
        var isDead = false
        var failed: String?
        var held: String?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let nth: Int
    private let mode: Mode
    private let only: String?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - nth: counted from 1, from ``arm()`` on; 0 never fails.
    ///   - only: counts the calls of this name alone, e.g. `store.open`.
    package init(failing nth: Int, mode: Mode, only: String? = nil) {
        self.nth = nth
        self.mode = mode
        self.only = only
    }

    /// A plan under which everything works.
    package static func harmless() -> FaultPlan { FaultPlan(failing: 0, mode: .refused) }

    /// Begins to count; calls before pass.
    package func arm() { self.state.withLock { $0.isArmed = true } }

    /// Ends the counting; a process that is dead stays dead.
    package func disarm() { self.state.withLock { $0.isArmed = false } }

    /// The call that failed; nil while none did.
    package var failedCall: String? { self.state.withLock { $0.failed } }

    /// The names of the calls that were counted, in their order.
    package var calls: [String] { self.state.withLock { $0.calls } }

    /// Makes every call fail from now on, as if the process were killed here.
    package func kill() { self.state.withLock { $0.isDead = true } }

    /// Keeps calls of this name waiting, from now until ``release()``.
    package func hold(_ call: String) { self.state.withLock { $0.held = call } }

    /// How many calls are kept waiting.
    package var heldCalls: Int { self.state.withLock { $0.waiting.count } }

    /// Lets the calls that wait, and later ones, go on.
    package func release() {
        let waiting = self.state.withLock { state in
            state.held = nil
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func waitWhileHeld(_ call: String) async {
        await withCheckedContinuation { continuation in
            let isHeld = self.state.withLock { state in
                guard state.held == call else { return false }
                state.waiting.append(continuation)
                return true
            }
            if !isHeld { continuation.resume() }
        }
    }

    /// True once a crash has happened.
    package var isDead: Bool { self.state.withLock { $0.isDead } }

    private enum Verdict {
        case works
        case refused
        case loses
    }

    private func verdict(on call: String) -> Verdict {
        self.state.withLock { state in
            if state.isDead { return .refused }
            guard state.isArmed, self.only == nil || self.only == call else { return .works }
            state.calls.append(call)
            guard state.calls.count == self.nth else { return .works }
            state.failed = call
            state.isDead = self.mode.isCrash
            switch self.mode {
            case .refused, .killedBefore: return .refused
            case .answerLost, .killedAfter: return .loses
            }
        }
    }

    /// Runs a call as the plan has it.
    /// - Parameter code: what a failure is reported as.
    package func perform<Result: Sendable>(
        _ call: String,
        failingWith code: MediaError.Code,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        await self.waitWhileHeld(call)
        let error = MediaError(code, "Injected: \(call) fails.")
        switch self.verdict(on: call) {
        case .works: return try await body()
        case .refused: throw error
        case .loses:
            _ = try await body()
            throw error
        }
    }

    /// Runs a call that does not suspend as the plan has it. It cannot be held.
    /// - Parameter code: what a failure is reported as.
    package func performBlocking<Result>(
        _ call: String,
        failingWith code: MediaError.Code,
        _ body: () throws(MediaError) -> Result
    ) throws(MediaError) -> Result {
        let error = MediaError(code, "Injected: \(call) fails.")
        switch self.verdict(on: call) {
        case .works: return try body()
        case .refused: throw error
        case .loses:
            _ = try body()
            throw error
        }
    }
}
