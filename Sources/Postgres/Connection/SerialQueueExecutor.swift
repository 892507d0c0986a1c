import Dispatch

/// Runs an actor on a serial dispatch queue of its own, so that dispatch sources and the actor share one order.
///
/// Such a queue draws on the overcommitting root queue, not on the threads of the cooperative pool, so a name look-up that
/// blocks inside libpq holds up this one connection only.
final class SerialQueueExecutor: SerialExecutor {
    let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Lets `assumeIsolated` succeed in the handlers of sources and timers, which are no jobs of the actor.
    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
