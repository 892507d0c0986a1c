import CLinux
import Glibc
import MediaCore
import SystemPackage

/// One request after the other, on one thread.
struct WorkerLoop {
    let socket: MessageSocket
    let limits: WorkerLimits
    let inspect: WorkerProcess.Inspect
    let render: WorkerProcess.Render
    let renderBatch: WorkerProcess.RenderBatch
    let rewrite: WorkerProcess.Rewrite

    /// Returns when the daemon closed the socket, broke the protocol, or this worker has used up its processor time.
    func run() {
        while case .message(let bytes, let descriptors) = self.nextMessage() {
            defer { for descriptor in descriptors { close(descriptor) } }
            guard let request = try? WireCoding.decode(WorkerMessage.Request.self, from: bytes) else { return }
            self.startClocks()
            if case .renderBatch(let batch) = request.job {
                guard self.perform(batch, request.number, descriptors) else { return }
                continue
            }
            let outcome = self.outcome(of: request.job, descriptors)
            alarm(0)
            guard self.answer(request.number, outcome: outcome, isLast: true) else { return }
        }
    }

    /// Sends what a request came to, or a part of it.
    /// - Returns: whether this worker goes on.
    private func answer(_ number: UInt64, part: Int = 0, outcome: WorkerMessage.Outcome, isLast: Bool) -> Bool {
        let retiring = isLast && self.isSpent
        let answer = WorkerMessage.Answer(number: number, part: part, outcome: outcome, retiring: retiring)
        guard let reply = try? WireCoding.encode(answer) else { return false }
        return (try? self.socket.send(reply)) != nil && !retiring
    }

    /// Makes one rendition after the other, and says of each what became of it; each has the time of a job.
    /// - Returns: whether this worker goes on.
    private func perform(_ batch: RenditionBatch, _ number: UInt64, _ descriptors: [Int32]) -> Bool {
        let count = batch.recipes.count
        guard count > 0, descriptors.count == count + 1 else { return false }
        var goesOn = true
        var part = 0
        self.renderBatch(descriptors[0], Array(descriptors.dropFirst()), batch) { result in
            alarm(0)
            let outcome: WorkerMessage.Outcome =
                switch result {
                case .success(let facts): .rendered(facts)
                case .failure(let error): .failed(WorkerMessage.Failure(error))
                }
            part += 1
            goesOn = self.answer(number, part: part - 1, outcome: outcome, isLast: part == count)
            if goesOn, part < count { self.startClocks() }
            return goesOn
        }
        return goesOn && part == count
    }

    /// How long freed memory is kept for the next job. Giving it back and asking for it again costs about a fifteenth of a thumbnail's
    /// processor time, and jobs come in rows.
    private static let idleTime: Duration = .milliseconds(100)

    private func nextMessage() -> MessageSocket.Received {
        let count = 1 + self.limits.renditionsPerJob
        let soon = self.socket.receive(descriptors: count, deadline: .now + Self.idleTime)
        guard case .timeout = soon else { return soon }
        clinux_release_memory()
        return self.socket.receive(descriptors: count, deadline: nil)
    }

    private func outcome(of job: WorkerMessage.Job, _ descriptors: [Int32]) -> WorkerMessage.Outcome {
        do throws(MediaError) {
            switch job {
            case .inspect(let size, let allowedTypes, let imageLimits):
                guard let source = descriptors.first else { throw Self.noDescriptor }
                return .inspected(try self.inspect(source, size, allowedTypes, imageLimits))
            case .render(let request):
                guard let source = descriptors.first, descriptors.count == 2 else { throw Self.noDescriptor }
                return .rendered(try self.render(source, descriptors[1], request))
            case .renderBatch:
                throw MediaError(.internalError, "A batch has more than one answer.")
            case .rewrite(let request):
                guard let source = descriptors.first, descriptors.count == 2 else { throw Self.noDescriptor }
                guard let splice = try self.rewrite(source, descriptors[1], request) else { return .unchanged }
                if splice.pieces.count <= Splice.maximumPiecesInMessage { return .rewritten(splice) }
                try Self.append(splice.table, to: descriptors[1])
                return .rewrittenByTable(pieces: splice.pieces.count)
            }
        } catch {
            return .failed(WorkerMessage.Failure(error))
        }
    }

    /// Two ends for a job that does not end. The daemon's own clock comes first; these are for when the daemon is gone: the
    /// processor time (SIGXCPU), and the wall time (SIGALRM) for a job that hangs without using any.
    private func startClocks() {
        let used = clinux_cpu_time_microseconds()
        let seconds = (used + 999_999) / 1_000_000 + self.limits.cpuSecondsPerJob
        _ = clinux_set_limit(CLINUX_LIMIT_CPU_SECONDS, UInt64(clamping: seconds), .max)
        alarm(UInt32(clamping: self.limits.wallTimePerJob.wholeSecondsRoundedUp + 5))
    }

    /// Whether another whole job might not fit into this process's processor time.
    private var isSpent: Bool {
        let used = clinux_cpu_time_microseconds() / 1_000_000 + 1
        return used + self.limits.cpuSecondsPerLongestJob > self.limits.cpuSecondsPerWorker
    }

    private static func append(_ bytes: [UInt8], to descriptor: Int32) throws(MediaError) {
        let length = lseek(descriptor, 0, SEEK_END)
        let failure = bytes.withUnsafeBytes { buffer -> Errno? in
            do throws(Errno) {
                try FileDescriptor(rawValue: descriptor).writeFully(buffer, at: Int64(max(0, length)))
                return nil
            } catch {
                return error
            }
        }
        if let failure {
            throw MediaError(.processingFailed, "The rewritten file could not be written.", cause: failure)
        }
    }

    private static let noDescriptor = MediaError(.processingFailed, "The worker was given no file.")
}
