import Dispatch
import Glibc
import MediaCore
import SystemPackage

/// The daemon's end of one worker's socket. Its blocking calls run on a queue of its own: one thread per worker at most.
final class WorkerConnection: Sendable {
    /// How long a new worker may take to load its libraries and close its sandbox.
    static let startTimeout: Duration = .seconds(30)

    private let socket: MessageSocket
    private let queue: DispatchQueue

    init(socket: MessageSocket, worker: UInt64) {
        self.socket = socket
        self.queue = DispatchQueue(label: "mediad.worker.\(worker)")
    }

    /// What came of one exchange.
    enum Exchange: Sendable {
        case answer(WorkerMessage.Answer)
        /// The worker never saw the request: it was gone, or went without reading it.
        case notSent
        /// It saw the request and ended.
        case ended
        case timedOut
        /// It said something that no sound worker says.
        case broken(String)
        /// The file could not be handed over; the worker knows nothing of it.
        case unusable(MediaError)
    }

    /// Sends the settings and waits for the hello.
    func start(_ limits: WorkerLimits) async -> Result<SandboxReport, WorkerCause> {
        await self.onQueue { socket in
            do {
                try socket.send(WireCoding.encode(WorkerMessage.Settings(limits: limits)))
                switch socket.receive(descriptors: 0, deadline: .now + Self.startTimeout) {
                case .message(let bytes, _):
                    let hello = try WireCoding.decode(WorkerMessage.Hello.self, from: bytes)
                    guard let report = hello.report else {
                        return .failure(WorkerCause((hello.failure ?? "no reason given").bounded(to: 2000)))
                    }
                    return .success(report)
                case .timeout: return .failure(WorkerCause("no hello within \(Self.startTimeout)"))
                case .end, .endUnread: return .failure(WorkerCause("it ended before its hello"))
                case .oversized: return .failure(WorkerCause("its hello is too long"))
                }
            } catch {
                return .failure(WorkerCause("\(error)"))
            }
        }
    }

    /// Sends one request with its files, and waits for the answer until `timeout`.
    func exchange(_ job: WorkerJob, timeout: Duration) async -> Exchange {
        await self.onQueue { socket in Self.exchange(job, timeout: timeout, over: socket) }
    }

    /// Waits for another answer to the same request.
    func nextAnswer(timeout: Duration) async -> Exchange {
        await self.onQueue { socket in Self.answer(until: .now + timeout, over: socket) }
    }

    /// Makes the worker read the end of its socket, and every wait here return.
    func shutdown() { self.socket.shutdown() }

    private static func exchange(_ job: WorkerJob, timeout: Duration, over socket: MessageSocket) -> Exchange {
        let deadline = ContinuousClock.now + timeout
        let request: [UInt8]
        var lent: [LentDescriptor] = []
        do {
            request = try WireCoding.encode(WorkerMessage.Request(number: job.id, job: job.job))
            lent.append(try LentDescriptor(job.source, for: .reading))
            for output in job.outputs { lent.append(try LentDescriptor(output, for: .writing)) }
        } catch {
            let message = "The file could not be handed to a worker."
            return .unusable(MediaError(.processingFailed, message, cause: error))
        }
        // A second answer to an earlier request would be taken for the answer to this one.
        if socket.hasUnreadMessage() { return .broken("a message nobody asked for") }
        do throws(FailedCall) {
            try socket.send(request, descriptors: lent.map(\.descriptor))
        } catch {
            guard error.error == .messageTooLong else { return .notSent }
            return .unusable(MediaError(.processingFailed, "The request is too long.", cause: error))
        }
        return Self.answer(until: deadline, over: socket)
    }

    private static func answer(until deadline: ContinuousClock.Instant, over socket: MessageSocket) -> Exchange {
        switch socket.receive(descriptors: 0, deadline: deadline) {
        case .message(let bytes, _):
            guard let answer = try? WireCoding.decode(WorkerMessage.Answer.self, from: bytes) else {
                return .broken("an answer that is no answer")
            }
            return .answer(answer)
        case .end: return .ended
        case .endUnread: return .notSent
        case .timeout: return .timedOut
        case .oversized: return .broken("an answer that is too long or carries descriptors")
        }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable (MessageSocket) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            self.queue.async { continuation.resume(returning: body(self.socket)) }
        }
    }
}
