import NIOPosix
import Primitives

/// One file on its way: begins or goes on, tries again after what passes, and stays until the server knows what became of it.
struct UploadTransfer: Sendable {
    /// A server that loses every upload is not tried for ever.
    private static let mostCreations = 5

    /// Which file of the batch.
    let index: Int
    let file: LocalFile
    /// Nil where this machine cannot remember: the upload cannot outlive this process then.
    let entry: ResumptionEntry?
    let client: TusClient
    let observer: any UploadObserver
    let pool: NIOThreadPool

    /// - Returns: the file at the server. What is remembered of the upload stays.
    /// - Throws: ``UploadClientError``; `CancellationError` when the task was cancelled.
    func run() async throws -> UploadedFile {
        let entry = self.entry
        var upload = try await self.pool.runIfActive { entry?.read()?.upload }
        var schedule = RetrySchedule()
        // Nothing to hope for from a server that never responded, unless it did in an earlier run.
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
                if case .unreachable(let words) = error, !isKnownServer, !self.client.hasResponded {
                    await self.forget()
                    throw UploadClientError(.unreachable, "\(self.client.target.server) cannot be reached: \(words).")
                }
                guard creations < Self.mostCreations, let pause = schedule.next() else {
                    if upload == nil { await self.forget() }
                    throw self.exhausted(error)
                }
                self.observer.retrying(self.index, path: self.file.path, reason: error.text, after: pause)
                try await Task.sleep(for: pause)
            }
        }
    }

    /// From wherever the upload is to its end.
    private func attempt(
        _ upload: inout String?,
        _ schedule: inout RetrySchedule,
        _ creations: inout Int
    ) async throws(TusFailure) -> UploadedFile {
        var offset: Int64 = 0
        if let known = upload {
            // One that is not as long as the file is somebody else's, whatever the note says.
            if let position = try await self.position(of: known),
                position.length ?? self.file.size == self.file.size, position.offset <= self.file.size
            {
                offset = position.offset
                schedule.reached(offset)
            } else {
                upload = nil
                schedule.beganAnew()
            }
        }
        let url: String
        if let known = upload {
            url = known
        } else {
            url = try await self.client.create(self.file)
            creations += 1
            upload = url
            await self.remember(url)
        }
        self.observer.progressed(self.index, to: offset)
        let reached: Int64
        do throws(TusFailure) {
            reached = try await self.client.append(self.file, from: offset, to: url) { [observer, index] in
                observer.progressed(index, to: $0)
            }
        } catch {
            // The last bytes are responded to with what became of the file; a refusal of these bytes may look the same.
            guard let status = await self.failed(url, after: error) else { throw error }
            throw self.failure(status.problem)
        }
        guard reached >= self.file.size else {
            throw .passing("only \(ByteCount(bytes: reached)) have arrived")
        }
        schedule.reached(reached)
        if let published = try await self.outcome(of: url, &schedule) { return published }
        // It was complete before, and its file has been removed since: the user wants it there.
        guard offset == self.file.size else {
            throw .final(UploadClientError(.refused, "\(self.file.path) was removed again as soon as it was complete."))
        }
        upload = nil
        schedule.beganAnew()
        throw .passing("the file that it became is gone")
    }

    /// Where the upload goes on; nil when the server knows it no more. One that failed has all bytes, and is asked to be
    /// processed again.
    private func position(of upload: String) async throws(TusFailure) -> TusClient.Position? {
        do throws(TusFailure) {
            return try await self.client.position(of: upload, self.file)
        } catch {
            guard await self.failed(upload, after: error) != nil else { throw error }
            return .init(offset: self.file.size, length: self.file.size)
        }
    }

    /// How an upload stands of which a request was refused; nil unless it failed.
    private func failed(_ upload: String, after error: TusFailure) async -> UploadStatus? {
        if case .unreachable = error { return nil }
        guard let status = try? await self.client.status(of: upload, self.file), status.state == .failed else {
            return nil
        }
        return status
    }

    /// Asks until the server has inspected and published the file, or has refused it. However long that takes: as long as it
    /// responds, it works.
    /// - Returns: the file at the server; nil when it was complete and the file is there no more.
    private func outcome(of upload: String, _ schedule: inout RetrySchedule) async throws(TusFailure) -> UploadedFile? {
        var pauses = Backoff(range: .milliseconds(50)...(.seconds(1)))
        while true {
            let status = try await self.client.status(of: upload, self.file)
            switch status.state {
            case .complete: return status.file.map { UploadedFile($0, of: self.client.target.server) }
            case .failed: throw self.failure(status.problem)
            case .receiving: throw .passing("the upload is not complete yet")
            case .processing:
                schedule.responded()
                self.observer.processing(self.index)
                let pause = pauses.failed(at: .now)
                do { try await Task.sleep(for: pause) } catch { throw .unreachable("cancelled") }
            }
        }
    }
}

extension UploadTransfer {
    /// The bytes are there, and are refused. What may be accepted another time is kept for it; the rest is freed.
    private func failure(_ problem: ProblemDetails?) -> TusFailure {
        let status = problem?.status.map { " (\($0))" } ?? ""
        let message = "\(self.file.path) was refused\(status): \(problem?.detail ?? "the server did not say why")"
        if TusFailure.isPassing(status: problem?.status ?? 0, code: problem?.code), self.entry != nil {
            // Not to be tried again by itself, and not to be forgotten: what is in the way has to be cleared first.
            return .blocked(UploadClientError(.refused, message, advice: .publishAgain))
        }
        return .final(UploadClientError(.refused, message))
    }

    /// What is known of an upload that will not be resumed is removed, here and at the server.
    private func giveUp(_ upload: String?) async {
        if let upload { await self.client.terminate(upload) }
        await self.forget()
    }

    private func forget() async {
        let entry = self.entry
        // Also when the upload was cancelled, which a task of its own does not notice. The threads are there till the end.
        await Task { try? await self.pool.runIfActive { entry?.forget() } }.value
    }

    private func remember(_ upload: String) async {
        let (entry, note) = (self.entry, ResumptionEntry.Note(upload: upload, file: self.file.realPath))
        do {
            try await self.pool.runIfActive { try entry?.write(note) }
        } catch {
            let reason = (error as? UploadClientError)?.message ?? "\(error)"
            self.observer.warned("\(self.file.path) cannot be gone on with by another command: \(reason)")
        }
    }

    private func exhausted(_ error: TusFailure) -> UploadClientError {
        UploadClientError(
            .unreachable,
            "\(self.file.path): \(error.text); given up.",
            advice: self.entry == nil ? nil : .resume
        )
    }
}
