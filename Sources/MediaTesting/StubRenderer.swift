import Glibc
package import MediaCore
import Synchronization

/// Writes a line of text instead of a picture, and counts how often it was asked.
///
/// A renderer that starts closed keeps every render waiting until ``open()``, so that a test can pile requests up behind it.
package final class StubRenderer: Renderer {
    private struct State {
        var requests: [RenditionRequest] = []
        var urgencies: [JobUrgency] = []
        var failures: [MediaError] = []
        var isOpen: Bool
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    /// What it says that it can write.
    package let writableFormats: Set<RenditionFormat>

    /// - Parameters:
    ///   - isOpen: false keeps renders waiting until ``open()``.
    ///   - writableFormats: all, unless a library is to be missing.
    package init(isOpen: Bool = true, writableFormats: Set<RenditionFormat> = Set(RenditionFormat.allCases)) {
        self.state = Mutex(State(isOpen: isOpen))
        self.writableFormats = writableFormats
    }

    /// What was asked for, oldest first.
    package var requests: [RenditionRequest] { self.state.withLock { $0.requests } }

    /// How much each of ``requests`` is wanted, as it is now.
    package var urgencies: [Bool] { self.state.withLock { $0.urgencies.map(\.isUrgent) } }

    /// Lets all renders go on, those that wait and those to come.
    package func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Makes the next renders fail, one with each error.
    package func failNext(with errors: [MediaError]) { self.state.withLock { $0.failures += errors } }

    package var maximumBatch: Int { 24 }

    /// One after the other.
    package func render(
        _ source: OpenFile,
        into outputs: [OpenFile],
        _ batch: RenditionBatch,
        urgency: JobUrgency,
        each: @Sendable (Int, Result<RenditionFacts, MediaError>) async -> Void
    ) async throws(MediaError) {
        for (index, (output, request)) in zip(outputs, batch.requests).enumerated() {
            let result: Result<RenditionFacts, MediaError>
            do throws(MediaError) {
                result = .success(try await self.render(source, into: output, request, urgency: urgency))
            } catch {
                result = .failure(error)
            }
            await each(index, result)
        }
    }

    package func render(
        _ source: OpenFile,
        into output: OpenFile,
        _ request: RenditionRequest,
        urgency: JobUrgency
    ) async throws(MediaError) -> RenditionFacts {
        let failure = self.state.withLock { state in
            state.requests.append(request)
            state.urgencies.append(urgency)
            return state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        await self.waitUntilOpen()
        if let failure { throw failure }
        let text = Array("\(request.recipe.parameters) of \(source.identity.size.bytes) bytes".utf8)
        guard pwrite(output.descriptor, text, text.count, 0) == text.count else {
            throw MediaError(.processingFailed, "The output cannot be written (errno \(errno)).")
        }
        switch request.recipe {
        case .picture(let recipe):
            return RenditionFacts(dimensions: recipe.size(of: PixelSize(width: 1000, height: 500)))
        case .storyboard(let sheet):
            return RenditionFacts(dimensions: sheet.size)
        case .stream:
            return RenditionFacts()
        }
    }

    private func waitUntilOpen() async {
        await withCheckedContinuation { continuation in
            let isOpen = self.state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
