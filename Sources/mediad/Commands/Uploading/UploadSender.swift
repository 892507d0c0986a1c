import MediaCore
import NIOPosix

/// What sends one file after the other for a batch, several at once.
struct UploadSender: Sendable {
    let client: TusClient
    /// Nil where nothing can be remembered.
    let memory: UploadMemory?
    let display: ProgressDisplay
    let pool: NIOThreadPool

    /// How it went with one file.
    enum Outcome: Sendable {
        /// It is at this address. What is remembered of it stays until the whole command is done: run again before that, it is
        /// not sent again.
        case sent(address: String, UploadKey)
        /// Over, which the user has been told.
        case failed
        /// Not over: the same command goes on with it.
        case unfinished

        var address: String? {
            guard case .sent(let address, _) = self else { return nil }
            return address
        }

        var isSent: Bool { self.address != nil }

        var isUnfinished: Bool {
            guard case .unfinished = self else { return false }
            return true
        }
    }

    /// Sends a file, and tells the user when that fails.
    func send(_ id: Int, _ path: String) async -> Outcome {
        let began = ContinuousClock.now
        var remembered: RememberedUpload?
        defer { self.display.end(id) }
        do {
            let target = self.client.target
            let (file, key) = try await self.pool.runIfActive {
                let file = try LocalFile(path: path)
                return (file, UploadKey(file, target))
            }
            remembered = try await self.take(key, file)
            self.display.begin(id, ProgressLine(label: file.name, total: file.size))
            let transfer = UploadTransfer(
                id: id,
                file: file,
                memory: remembered,
                client: client,
                display: self.display,
                pool: self.pool
            )
            let address = try await transfer.run()
            self.display.end(id, after: began.duration(to: .now))
            return .sent(address: address, key)
        } catch {
            if !Task.isCancelled { self.display.say((error as? MediaError)?.message ?? "\(path): \(error)") }
            let kept = remembered
            let isKept = try? await self.pool.runIfActive { kept?.isKept ?? false }
            return isKept == true ? .unfinished : .failed
        }
    }

    /// The whole command is done: running it again would be meant to send the files again.
    func forget(_ outcomes: [Outcome]) async {
        guard let memory = self.memory else { return }
        let keys = outcomes.compactMap { outcome in
            if case .sent(_, let key) = outcome { key } else { nil }
        }
        // The threads are there until the command ends.
        try? await self.pool.runIfActive { for key in keys { memory.forget(key) } }
    }

    private func take(_ key: UploadKey, _ file: LocalFile) async throws -> RememberedUpload? {
        guard let memory = self.memory else { return nil }
        do {
            return try await self.pool.runIfActive { try memory.take(key) }
        } catch let error as MediaError where error.code == .busy {
            throw MediaError(.busy, "\(file.path) \(error.message)")
        } catch let error as MediaError {
            self.display.say("\(file.path) will begin anew when it is cut off: \(error.message)")
            return nil
        }
    }
}
