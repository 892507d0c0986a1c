import Glibc
package import MediaCore
import Synchronization
import SystemPackage

extension WorkerPool: Inspector {
    /// Inspects `file` in a worker, which reads it through a read-only descriptor of its own.
    /// - Throws: ``MediaError`` `file_damaged`, `image_too_large`, `processing_failed`, `busy`.
    package func inspect(
        _ file: OpenFile,
        allowedTypes: [String],
        limits: ImageLimits,
        urgency: JobUrgency
    ) async throws(MediaError) -> Inspection {
        let job = WorkerMessage.Job.inspect(size: file.identity.size.bytes, allowedTypes: allowedTypes, limits: limits)
        switch try await self.perform(job, source: file, output: nil, urgency: urgency) {
        case .inspected(let inspection): return inspection
        case .failed(let failure): throw failure.mediaError
        default: throw Self.wrongKind
        }
    }
}

extension WorkerPool: Renderer {
    /// What the workers said when they started.
    package var writableFormats: Set<RenditionFormat> { self.state.withLock { $0.writableFormats } }

    /// Renders `source` into `output` in a worker, which gets a write-only descriptor of the output and nothing else to write.
    /// - Throws: ``MediaError`` `file_damaged`, `image_too_large`, `not_renderable`, `processing_failed`, `busy`.
    package func render(
        _ source: OpenFile,
        into output: OpenFile,
        _ request: RenditionRequest,
        urgency: JobUrgency
    ) async throws(MediaError) -> RenditionFacts {
        switch try await self.perform(.render(request), source: source, output: output, urgency: urgency) {
        case .rendered(let facts): return try Self.check(output, facts)
        case .failed(let failure): throw failure.mediaError
        default: throw Self.wrongKind
        }
    }

    package var maximumBatch: Int { self.limits.renditionsPerJob }

    /// Renders a batch in one worker, which gets a write-only descriptor of each output.
    ///
    /// What came is told to `each` while the worker goes on with the next.
    package func render(
        _ source: OpenFile,
        into outputs: [OpenFile],
        _ batch: RenditionBatch,
        urgency: JobUrgency,
        each: @Sendable (Int, Result<RenditionFacts, MediaError>) async -> Void
    ) async throws(MediaError) {
        guard (1...self.maximumBatch).contains(outputs.count), outputs.count == batch.recipes.count else {
            throw MediaError(.internalError, "A job of \(batch.recipes.count) renditions is not possible.")
        }
        let (parts, continuation) = AsyncStream.makeStream(of: WorkerMessage.Outcome.self)
        async let end = self.result(
            of: .renderBatch(batch),
            source: source,
            outputs: outputs,
            urgency: urgency,
            parts: continuation
        )
        var index = 0
        for await outcome in parts {
            await each(index, Self.rendition(outcome, outputs[index]))
            index += 1
        }
        _ = try await end.get()
    }

    private static func rendition(
        _ outcome: WorkerMessage.Outcome,
        _ output: OpenFile
    ) -> Result<RenditionFacts, MediaError> {
        do throws(MediaError) {
            switch outcome {
            case .rendered(let facts): return .success(try self.check(output, facts))
            case .failed(let failure): throw failure.mediaError
            default: throw self.wrongKind
            }
        } catch {
            return .failure(error)
        }
    }

    private static func check(_ output: OpenFile, _ facts: RenditionFacts) throws(MediaError) -> RenditionFacts {
        var status = stat()
        guard fstat(output.descriptor, &status) == 0, status.st_size > 0 else {
            throw MediaError(.processingFailed, "The rendition came out empty.")
        }
        return facts
    }

    static let wrongKind = MediaError(.internalError, "A worker answered another question.")
}

extension WorkerPool {
    /// A missing program is a mistake of the set-up that no retry mends.
    static func checkExecutable(_ path: String) throws(MediaError) {
        guard access(path, X_OK) == 0 else {
            let code = Errno(rawValue: errno)
            throw MediaError(
                .invalidConfiguration,
                "The worker program cannot be run.",
                cause: FailedCall(operation: "access \(path)", error: code)
            )
        }
    }
}
