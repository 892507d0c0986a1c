import Foundation
import MediaCore
import NIOPosix
import UploadClient

/// One file on its way: begins or goes on, tries again after what passes, and stays until the server knows what became of it.
struct UploadTransfer: Sendable {
    /// A server that loses every upload is not tried for ever.
    private static let mostCreations = 5

    let id: Int
    let file: LocalFile
    /// Nil where this machine cannot remember: the upload cannot outlive this process then.
    let memory: RememberedUpload?
    let client: TusClient
    let display: ProgressDisplay
    let pool: NIOThreadPool

    /// - Returns: the file's address. What is remembered of the upload stays.
    /// - Throws: ``MediaError`` with what to tell the user; `CancellationError` when the task was cancelled.
    func run() async throws -> String {
        let memory = self.memory
        var upload = try await self.pool.runIfActive { memory?.read()?.upload }
        var schedule = RetrySchedule()
        // Nothing to hope for from a server that never answered, unless it did in an earlier run.
        let isKnownServer = upload != nil
        var creations = 0
        while true {
            do throws(TusFailure) {
                return try await self.attempt(&upload, &schedule, &creations)
            } catch {
                if Task.isCancelled {
                    if upload == nil { await self.forget() }
                    throw CancellationError()
                }
                switch error {
                case .final(let error):
                    await self.giveUp(upload)
                    throw error
                case .blocked(let error):
                    if upload == nil { await self.forget() }
                    throw error
                case .unreachable, .passing: break
                }
                if case .unreachable(let words) = error, !isKnownServer, !self.client.hasAnswered {
                    await self.forget()
                    throw MediaError(.catalogUnavailable, "\(self.client.target.server) cannot be reached: \(words).")
                }
                guard creations < Self.mostCreations, let pause = schedule.next() else {
                    if upload == nil { await self.forget() }
                    throw self.exhausted(error)
                }
                let seconds = ProgressLine.seconds(pause)
                self.display.say("\(self.file.path): \(error.text); trying again in \(seconds) s.")
                self.display.wait(self.id, for: "trying again")
                try await Task.sleep(for: pause)
            }
        }
    }

    /// From wherever the upload is to its end.
    private func attempt(
        _ upload: inout String?,
        _ schedule: inout RetrySchedule,
        _ creations: inout Int
    ) async throws(TusFailure) -> String {
        var offset: Int64 = 0
        if let known = upload {
            // One that is not as long as the file is somebody else's, whatever the note says.
            if let position = try await self.client.position(of: known, self.file),
                position.length ?? self.file.size == self.file.size, position.offset <= self.file.size
            {
                offset = position.offset
                schedule.reached(offset)
            } else {
                upload = nil
                schedule.beganAnew()
            }
        }
        let address: String
        if let known = upload {
            address = known
        } else {
            address = try await self.client.create(self.file)
            creations += 1
            upload = address
            await self.remember(address)
        }
        self.display.update(self.id, done: offset)
        let reached = try await self.client.append(self.file, from: offset, to: address) { [display, id] in
            display.update(id, done: $0)
        }
        guard reached >= self.file.size else {
            throw .passing("only \(ByteCount(bytes: reached)) have arrived")
        }
        schedule.reached(reached)
        if let published = try await self.outcome(of: address, &schedule) { return published }
        // It was complete before, and its file has been removed since: the user wants it there.
        guard offset == self.file.size else {
            throw .final(MediaError(.invalidRequest, "\(self.file.path) was removed again as soon as it was complete."))
        }
        upload = nil
        schedule.beganAnew()
        throw .passing("the file that it became is gone")
    }

    /// Asks until the server has inspected and published the file, or has refused it. However long that takes: as long as it
    /// answers, it works.
    /// - Returns: the file's address; nil when it was complete and the file is there no more.
    private func outcome(of upload: String, _ schedule: inout RetrySchedule) async throws(TusFailure) -> String? {
        var pause: Duration = .milliseconds(50)
        while true {
            let status = try await self.client.status(of: upload, self.file)
            switch status.state {
            case .complete: return status.file.map { self.client.target.server + $0.url }
            case .failed: throw self.failure(status.problem)
            case .receiving: throw .passing("the upload is not complete yet")
            case .processing:
                schedule.answered()
                self.display.wait(self.id, for: "being processed")
                do { try await Task.sleep(for: pause) } catch { throw .unreachable("cancelled") }
                pause = min(pause * 2, .seconds(1))
            }
        }
    }
}

extension UploadTransfer {
    /// The bytes are there, and are refused. What may be accepted another time is kept for it; the rest is freed.
    private func failure(_ problem: Problem?) -> TusFailure {
        let status = problem?.status.map { " (\($0))" } ?? ""
        let message = "\(self.file.path) was refused\(status): \(problem?.detail ?? "the server did not say why")"
        if TusFailure.isPassing(status: problem?.status ?? 0, code: problem?.code), self.memory != nil {
            let advice = "The bytes are kept: the same command tries again without sending them."
            // Not to be tried again by itself, and not to be forgotten: what is in the way has to be cleared first.
            return .blocked(MediaError(.busy, "\(message) \(advice)"))
        }
        return .final(MediaError(.invalidRequest, message))
    }

    /// What is known of an upload that will not be gone on with is removed, here and at the server.
    private func giveUp(_ upload: String?) async {
        if let upload { await self.client.terminate(upload) }
        await self.forget()
    }

    private func forget() async {
        let memory = self.memory
        // Also when the command was interrupted, which a task of its own does not notice. The threads are there till the end.
        await Task { try? await self.pool.runIfActive { memory?.forget() } }.value
    }

    private func remember(_ upload: String) async {
        let (memory, note) = (self.memory, RememberedUpload.Note(upload: upload, file: self.file.place))
        do {
            try await self.pool.runIfActive { try memory?.write(note) }
        } catch {
            let reason = (error as? MediaError)?.message ?? "\(error)"
            self.display.say("\(self.file.path) cannot be gone on with by another command: \(reason)")
        }
    }

    private func exhausted(_ error: TusFailure) -> MediaError {
        let advice = self.memory == nil ? "" : " Run the same command again to go on."
        return MediaError(
            .catalogUnavailable,
            "\(self.file.path): \(error.text); given up.\(advice)"
        )
    }
}
