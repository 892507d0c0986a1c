import MediaCore
import MediaEngine
import MediaTesting

extension EngineFixture {
    /// Stages a text and stores it.
    @discardableResult
    func upload(
        _ text: String,
        to collection: String = "posters",
        _ name: String? = "1",
        replace: Bool = false
    ) async throws(MediaError) -> MediaFile {
        let files = try await self.upload([(text, name)], to: collection, replace: replace)
        guard let file = files.first else { throw MediaError(.internalError, "no file came back") }
        return file
    }

    /// Stages texts and stores them together.
    func upload(
        _ texts: [(text: String, name: String?)],
        to collection: String,
        replace: Bool = false
    ) async throws(MediaError) -> [MediaFile] {
        var candidates: [UploadService.Candidate] = []
        do {
            for (text, name) in texts {
                let staged = try await self.uploads.stage()
                candidates.append(.init(staged: staged, name: name, originalFilename: nil))
                try await staged.append(Array(text.utf8))
            }
            let collection = try self.uploads.collection(named: collection)
            return try await self.uploads.store(candidates, in: collection, replace: replace)
        } catch {
            // What the server does when a body breaks off; the service does it for its own refusals.
            for candidate in candidates { await candidate.staged.discard() }
            throw error
        }
    }

    /// The bytes at a path, through the service that clients are served by.
    func text(at path: String) async throws(MediaError) -> String {
        let opened = try await self.files.open(MediaPath(trusted: path))
        return String(decoding: OpenFileBytes.read(opened.content), as: UTF8.self)
    }

    /// Everything that is wrong.
    func findings(repair: Bool = false, quick: Bool = false, forgetMissing: Bool = false) async throws -> [Finding] {
        var findings: [Finding] = []
        let fsck = self.engine.maintenance.fsck(
            .init(repair: repair, quick: quick, forgetMissing: forgetMissing)
        )
        let open = try await fsck.run { findings.append($0) }
        guard open == findings.filter({ !$0.isRepaired }).count else {
            throw MediaError(.internalError, "fsck counted \(open) of \(findings)")
        }
        return findings
    }

    /// Runs the retries until nothing waits any more.
    func settleAll() async throws -> Bool {
        let retrier = self.engine.maintenance.commitRetrier
        let task = Task { try await retrier.run() }
        defer { task.cancel() }
        return try await eventually { self.unsettled.count == 0 }
    }
}

/// The code of the `MediaError` that the body throws; nil when it throws none.
func code(_ body: () async throws(MediaError) -> Void) async -> MediaError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return error.code
    }
}
