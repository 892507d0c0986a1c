import NIOPosix

extension Uploader {
    /// Sends one file to its end.
    func send(_ path: String, _ index: Int) async -> UploadOutcome {
        let began = ContinuousClock.now
        var entry: ResumptionEntry?
        do {
            let target = self.client.target
            let spool = path == InputSpool.path ? try await self.spool() : nil
            let (file, key) = try await self.pool.runIfActive {
                let file = if let spool { try LocalFile(spool) } else { try LocalFile(path: path) }
                return (file, UploadKey(file, target))
            }
            if file.isLasting { entry = try await self.take(key, file) }
            self.observer.began(index, name: file.name.isEmpty ? "standard input" : file.name, size: file.size)
            let transfer = UploadTransfer(
                index: index,
                file: file,
                entry: entry,
                client: self.client,
                observer: self.observer,
                pool: self.pool
            )
            let sent = try await transfer.run()
            return .sent(sent, after: began.duration(to: .now), key)
        } catch {
            let kept = entry
            let isKept = try? await self.pool.runIfActive { kept?.isKept ?? false }
            if Task.isCancelled { return isKept == true ? .unfinished(nil) : .cancelled }
            let name = path == InputSpool.path ? InputSpool.name : path
            let failure = error as? UploadClientError ?? UploadClientError(.unreachable, "\(name): \(error)")
            return isKept == true ? .unfinished(failure) : .failed(failure)
        }
    }

    /// Reads standard input to its end. A cancelled task stops within a fifth of a second.
    private func spool() async throws -> InputSpool {
        let folder = self.temporaryFolder
        let spool = try await self.pool.runIfActive { try InputSpool(in: folder) }
        while try await self.pool.runIfActive({ try spool.takeSome() }) { try Task.checkCancellation() }
        return spool
    }

    /// - Returns: nil where this upload cannot be remembered, after a warning.
    /// - Throws: ``UploadClientError`` `busy` while another process sends the same.
    private func take(_ key: UploadKey, _ file: LocalFile) async throws -> ResumptionEntry? {
        guard let store = self.store else { return nil }
        do {
            return try await self.pool.runIfActive { try store.take(key) }
        } catch let error as UploadClientError where error.code == .busy {
            throw UploadClientError(.busy, "\(file.path) \(error.message)")
        } catch let error as UploadClientError {
            self.observer.warned("\(file.path) will begin anew when it is cut off: \(error.message)")
            return nil
        }
    }
}
