import Logging
import MediaClient
import Primitives
import ServiceLifecycle

/// Follows mediad's feed, and writes what it means for films together with how far it came, in one transaction: nothing is missed
/// and nothing done twice, however many processes follow.
///
/// While mediad or the database is away it tries again with growing pauses.
package struct MediaFollower: Service {
    private let media: MediaClient
    private let database: FilmsDatabase
    private let base: String
    private let logger: Logger

    /// Seconds that one request waits for a change.
    private static let wait = 25
    /// Pauses after failures.
    private static let pauses: ClosedRange<Duration> = .seconds(1) ... .seconds(30)
    /// Between two looks for files that nothing uses any more.
    private static let sweepInterval: Duration = .seconds(600)

    package init(_ services: FilmsServices) {
        self.media = services.media
        self.database = services.database
        self.base = services.settings.mediaBase
        self.logger = services.logger
    }

    /// Runs until it is cancelled or the service stops.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.follow() }
                group.addTask { await self.sweep() }
            }
        }
    }

    private func follow() async {
        var backoff = Backoff(range: Self.pauses)
        while !Task.isCancelled {
            do {
                _ = try await self.step(wait: Self.wait)
                if backoff.isFailing { self.logger.notice("mediad's changes are followed again") }
                backoff.succeeded()
            } catch  where !Task.isCancelled {
                if !backoff.isFailing {
                    self.logger.warning(
                        "mediad's changes cannot be followed; trying again",
                        metadata: ["reason": "\(Self.reason(of: error))"]
                    )
                }
                let pause = backoff.failed(at: .now, jitter: Double.random(in: 0...1))
                // A cancelled pause is found by the loop.
                try? await Task.sleep(for: pause)
            } catch {}
        }
    }

    private func sweep() async {
        while !Task.isCancelled {
            do {
                while try await FileRelease.deleteDue(limit: 100, in: self.database) == 100 {}
            } catch {
                self.logger.debug("Released files could not be looked at", metadata: ["reason": "\(error)"])
            }
            try? await Task.sleep(for: Self.sweepInterval)
        }
    }

    /// Asks for changes once, and does what they mean.
    ///
    /// - Returns: how many changes came.
    @discardableResult
    package func step(wait: Int) async throws -> Int {
        let changes = MediaChangeStore(database: self.database)
        guard let cursor = try await changes.cursor() else {
            // The first start: what was before is looked up when it is linked.
            guard case .page(let page) = try await self.media.changes(since: "now") else { return 0 }
            try await changes.apply([], facts: [:], from: nil, to: page.cursor)
            return 0
        }
        switch try await self.media.changes(since: cursor, wait: wait) {
        case .page(let page):
            guard page.cursor != cursor else { return 0 }
            let facts = try await self.facts(of: page.changes)
            try await changes.apply(page.changes, facts: facts, from: cursor, to: page.cursor)
            return page.changes.count
        case .expired(let head):
            self.logger.notice("mediad's feed has no place for this cursor any more; all files are read again")
            try await self.readAgain()
            try await changes.apply([], facts: [:], from: cursor, to: head)
            return 0
        }
    }

    /// What the files of these changes look like now, of those that records refer to.
    private func facts(of changes: [MediaChange]) async throws -> [RecordID: FileFacts] {
        var files: [RecordID: MediaFile] = [:]
        for change in changes where change.type.hasPrefix("file.") {
            if let file = change.file, let id = RecordID(file.id) { files[id] = file }
        }
        guard !files.isEmpty else { return [:] }
        var facts: [RecordID: FileFacts] = [:]
        for id in try await FileStore(database: self.database).known(among: Array(files.keys)) {
            if let file = files[id] { facts[id] = try await self.facts(of: file) }
        }
        return facts
    }

    /// - Returns: nil where mediad cannot say what this file looks like: the feed goes on all the same.
    private func facts(of file: MediaFile) async throws -> FileFacts? {
        do {
            return try await FileFacts.of(file, from: self.media, base: self.base)
        } catch {
            guard case .refused(let status, let code, _) = error, ![401, 403, 429, 503].contains(status) else {
                throw error
            }
            let metadata: Logger.Metadata = ["file": "\(file.id)", "code": "\(code)"]
            self.logger.warning("A file's record could not be read; films show it as it was", metadata: metadata)
            return nil
        }
    }

    /// Reads all files anew that records refer to.
    private func readAgain() async throws {
        let store = FileStore(database: self.database)
        var last: RecordID?
        while true {
            let ids = try await store.page(after: last, limit: 500)
            guard let end = ids.last else { return }
            for id in ids {
                guard let file = try await self.media.record(of: id.description),
                    let facts = try await self.facts(of: file)
                else { continue }
                try await store.put(facts)
            }
            last = end
        }
    }

    /// For the log; what mediad said is in the cause.
    private static func reason(of error: any Error) -> any Error { (error as? FilmsError)?.cause ?? error }
}
