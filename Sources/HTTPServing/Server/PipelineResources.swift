import NIOPosix

/// What the connections of a server share.
struct PipelineResources: Sendable {
    let limits: ConnectionLimits
    let limiter: ConnectionLimiter
    let headRules: RequestHeadRules
    /// Of the types of what is refused next to the socket.
    let problems: ProblemNamespace
    /// Nil: the router handles every request.
    let fastPath: (any FastPath)?
    /// Threads that may wait for a disk.
    let blockingPool: NIOThreadPool
    let budget: ReceptionBudget
}
