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
    let rewrite: WorkerProcess.Rewrite

    /// Returns when the daemon closed the socket, broke the protocol, or this worker has used up its processor time.
    func run() {
        while case .message(let bytes, let descriptors) = self.nextMessage() {
            defer { for descriptor in descriptors { close(descriptor) } }
            guard let request = try? WireCoding.decode(WorkerMessage.Request.self, from: bytes) else { return }
            self.startClocks()
            let outcome = self.outcome(of: request.job, descriptors)
            alarm(0)
            let answer = WorkerMessage.Answer(number: request.number, outcome: outcome, retiring: self.isSpent)
            guard let reply = try? WireCoding.encode(answer), (try? self.socket.send(reply)) != nil, !answer.retiring
            else {
                return
            }
        }
    }

    /// How long freed memory is kept for the next job. Giving it back and asking for it again costs about a fifteenth of a thumbnail's
    /// processor time, and jobs come in rows.
    private static let idleTime: Duration = .milliseconds(100)

    private func nextMessage() -> MessageSocket.Received {
        let soon = self.socket.receive(descriptors: 2, deadline: .now + Self.idleTime)
        guard case .timeout = soon else { return soon }
        clinux_release_memory()
        return self.socket.receive(descriptors: 2, deadline: nil)
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
        return used + self.limits.cpuSecondsPerJob > self.limits.cpuSecondsPerWorker
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
