import MediaCore
import Synchronization

/// Several renditions of one file that nobody asked for yet, in one job.
extension RenditionService {
    /// How many renditions ``begin(_:of:)`` takes.
    var maximumBatch: Int { self.renderer.maximumBatch }

    /// Begins those of the renditions that are not on their way yet. Whoever asks for one of them meanwhile waits for it, too, which moves the
    /// whole job to the front.
    ///
    /// What moves is left out: an animation takes long, and nobody else's picture is to wait for several of them. So is what failed a moment
    /// ago.
    /// - Parameter keys: at most ``maximumBatch``, in the order in which they are wanted.
    /// - Returns: those that were begun.
    func begin(
        _ keys: [RenditionKey],
        of original: FileService.Opened
    ) -> [RenditionKey: Task<Content, any Error>] {
        let urgency = JobUrgency(isUrgent: false)
        let fresh = keys.filter { $0.recipe.isStillPicture && self.failed[$0] == nil }
        var begun: [RenditionKey: Task<Content, any Error>] = [:]
        var expected: [ExpectedRendition] = []
        self.renders.withLock { renders in
            for key in fresh where renders[key] == nil {
                let rendition = ExpectedRendition(key)
                let task = Task {
                    defer { self.renders.withLock { $0[key] = nil } }
                    return try await rendition.content()
                }
                renders[key] = Render(task: task, urgency: urgency)
                begun[key] = task
                expected.append(rendition)
            }
        }
        if !expected.isEmpty {
            let expected = expected
            Task { await self.make(expected, of: original, urgency: urgency) }
        }
        return begun
    }

    private func make(
        _ expected: [ExpectedRendition],
        of original: FileService.Opened,
        urgency: JobUrgency
    ) async {
        var missing: [(rendition: ExpectedRendition, staged: any StagedFile, output: OpenFile)] = []
        do throws(MediaError) {
            for rendition in expected {
                if let content = try await self.store.openRendition(rendition.key) {
                    rendition.settle(.success(content))
                    continue
                }
                let staged = try await self.staging.stage()
                do throws(MediaError) {
                    missing.append((rendition, staged, try await staged.open()))
                } catch {
                    await staged.discard()
                    throw error
                }
            }
        } catch {
            for (_, staged, _) in missing { await staged.discard() }
            for rendition in expected { rendition.settle(.failure(error)) }
            return
        }
        guard !missing.isEmpty else { return }
        let batch = RenditionBatch(
            sourceType: original.record.type,
            recipes: missing.map(\.rendition.key.recipe),
            limits: self.rules.limits
        )
        let came = Atomic<Int>(0)
        let waiting = missing
        var lost = MediaError(.processingFailed, "The picture was not made.")
        do throws(MediaError) {
            try await self.renderer.render(
                original.content.file(),
                into: waiting.map(\.output),
                batch,
                urgency: urgency
            ) { index, result in
                came.store(index + 1, ordering: .relaxed)
                let (rendition, staged, _) = waiting[index]
                rendition.settle(await self.settled(result, staged, as: rendition.key))
            }
        } catch {
            lost = error
            // The one that it was lost on; the others may be sound, and are made when somebody asks.
            let index = came.load(ordering: .relaxed)
            if index < waiting.count { self.failed.note(error, of: waiting[index].rendition.key) }
        }
        for (rendition, staged, _) in waiting[came.load(ordering: .relaxed)...] {
            await staged.discard()
            rendition.settle(.failure(lost))
        }
    }

    /// Keeps what came, or what it failed of.
    private func settled(
        _ result: Result<RenditionFacts, MediaError>,
        _ staged: any StagedFile,
        as key: RenditionKey
    ) async -> Result<Content, MediaError> {
        switch result {
        case .failure(let error):
            self.failed.note(error, of: key)
            await staged.discard()
            return .failure(error)
        case .success:
            do throws(MediaError) {
                return .success(try await self.commit(staged, as: key))
            } catch {
                return .failure(error)
            }
        }
    }
}

/// A rendition that a job under way will bring, or not.
private struct ExpectedRendition: Sendable {
    let key: RenditionKey
    private let stream: AsyncThrowingStream<Content, any Error>
    private let outcome: AsyncThrowingStream<Content, any Error>.Continuation

    init(_ key: RenditionKey) {
        self.key = key
        (self.stream, self.outcome) = AsyncThrowingStream.makeStream(of: Content.self)
    }

    /// Waits for it.
    func content() async throws -> Content {
        for try await content in self.stream { return content }
        throw MediaError(.internalError, "Nobody made the picture.")
    }

    /// What came of it; only the first word counts.
    func settle(_ result: Result<Content, MediaError>) {
        switch result {
        case .success(let content):
            self.outcome.yield(content)
            self.outcome.finish()
        case .failure(let error): self.outcome.finish(throwing: error)
        }
    }
}

extension Recipe {
    /// Whether it is a picture that does not move.
    fileprivate var isStillPicture: Bool {
        if case .picture(let recipe) = self { recipe.isStill } else { false }
    }
}
