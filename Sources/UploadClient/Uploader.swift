import AsyncHTTPClient
import NIOCore
import NIOPosix

/// Sends files to a mediad by tus 1.0, several at once, and resumes what was cut off: by itself while it runs, and from a folder
/// of notes when it runs again.
///
/// ```swift
/// let uploader = await Uploader(
///     target: UploadTarget(server: "https://media.example", collection: "videos"),
///     parallel: 3,
///     stateFolder: "/var/lib/app/uploads",
///     observer: display
/// )
/// let outcomes = await uploader.send(["trailer.mp4", "feature.mp4"])
/// // Everything was said and recorded: from here on the same files would be sent anew.
/// await uploader.forget(outcomes)
/// await uploader.shutdown()
/// ```
/// It prints nothing and reads no environment. Cancel the task of `send(_:)` to stop.
package final class Uploader: Sendable {
    let client: TusClient
    let pool: NIOThreadPool
    let observer: any UploadObserver
    /// Nil where nothing can be remembered.
    let store: ResumptionStore?
    private let http: HTTPClient
    private let parallel: Int
    /// Where standard input is kept while it is sent.
    let temporaryFolder: String

    /// Starts threads and connections; end them with ``shutdown()``.
    /// - Parameters:
    ///   - credential: a key, a token or a grant, sent with each request.
    ///   - parallel: files on their way at once; at least 1.
    ///   - stateFolder: where unfinished uploads are remembered; made when it is missing. Nil: they are not, and an upload that is
    ///     cut off by the end of this process begins anew. The observer is warned when the folder cannot be used.
    ///   - temporaryFolder: where standard input (a file named "-") is kept while it is sent.
    package init(
        target: UploadTarget,
        credential: String? = nil,
        parallel: Int,
        stateFolder: StateFolder,
        temporaryFolder: String = "/tmp",
        observer: any UploadObserver
    ) async {
        self.parallel = parallel
        self.temporaryFolder = temporaryFolder
        self.observer = observer
        let pool = NIOThreadPool(numberOfThreads: min(parallel, 4))
        pool.start()
        self.pool = pool
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration)
        self.client = TusClient(target: target, credential: credential, http: self.http, pool: pool)
        self.store = await Self.store(stateFolder, pool, observer)
    }

    /// Whether uploads that are cut off can be resumed by a later run.
    package var canResumeLater: Bool { self.store != nil }

    /// Sends all files. One that fails does not keep the others.
    /// - Returns: how it went with each, in the order of `paths`. When the task was cancelled, files that had not begun are
    ///   `cancelled`.
    package func send(_ paths: [String]) async -> [UploadOutcome] {
        await withTaskGroup(of: (Int, UploadOutcome).self) { group in
            var outcomes = paths.map { _ in UploadOutcome.cancelled }
            var rest = paths.enumerated().makeIterator()
            func sendNext() {
                guard !Task.isCancelled, let (index, path) = rest.next() else { return }
                group.addTask {
                    let outcome = await self.send(path, index)
                    self.observer.ended(index, outcome)
                    return (index, outcome)
                }
            }
            for _ in 0..<self.parallel { sendNext() }
            for await (index, outcome) in group {
                outcomes[index] = outcome
                sendNext()
            }
            return outcomes
        }
    }

    /// Removes what is remembered of files that were sent: sending them again is then meant to send them again.
    package func forget(_ outcomes: [UploadOutcome]) async {
        guard let store = self.store else { return }
        let keys = outcomes.compactMap { outcome in
            if case .sent(_, _, let key) = outcome { key } else { nil }
        }
        // The threads are there until the shutdown.
        try? await self.pool.runIfActive { for key in keys { store.forget(key) } }
    }

    /// Closes the connections and ends the threads. Nothing can be sent afterwards.
    package func shutdown() async {
        try? await self.http.shutdown()
        try? await self.pool.shutdownGracefully()
    }

    /// Uploads are still sent where nothing can be remembered; they begin anew when the process ends.
    private static func store(
        _ folder: StateFolder,
        _ pool: NIOThreadPool,
        _ observer: any UploadObserver
    ) async -> ResumptionStore? {
        do {
            return try await pool.runIfActive {
                let store = try ResumptionStore(folder: folder)
                store.sweep()
                return store
            }
        } catch {
            let reason = (error as? UploadClientError)?.message ?? "\(error)"
            observer.warned("an upload that is cut off will begin anew: \(reason)")
            return nil
        }
    }

    private static var configuration: HTTPClient.Configuration {
        // A server that is silent for a minute, or takes nothing for a minute, is taken for dead: the upload goes on from where
        // it is on another connection.
        var configuration = HTTPClient.Configuration(
            timeout: .init(connect: .seconds(10), read: .seconds(60), write: .seconds(60))
        )
        // Retries are this module's own, which reports them.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        configuration.redirectConfiguration = .disallow
        return configuration
    }
}
