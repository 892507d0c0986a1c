package import MediaCore
import Synchronization

/// A catalog in memory, with the rules of the one in PostgreSQL: ``CatalogConformance`` runs on both.
package final class InMemoryCatalog: Catalog, UploadCatalog {
    struct State: Sendable {
        var files: [MediaID: MediaFile] = [:]
        var moves: [MediaPath: MediaID] = [:]
        var intents: [MediaID: CommitIntent] = [:]
        var log = Log()
        var referenced: Set<MediaID> = []
        var links: [LinkRecord.Key: Link] = [:]
        /// Files that are never collected as unlinked.
        var kept: Set<MediaID> = []
        var trash: [MediaID: Trashed] = [:]
        var trashRetention = Duration.seconds(30 * 86400)
        var uploads: [UploadID: Upload] = [:]
        var grants: [String: UsedGrant] = [:]
        var secrets: [String: String] = [:]
        var takeoverRequests: [UploadID] = []
        var onTakeoverRequest: (@Sendable (UploadID, Timestamp) -> Void)?
    }

    private let state = Mutex(State())

    /// An empty catalog.
    package init() {}

    /// All changes of the feed, oldest first.
    package var events: [FeedEvent] { self.state.withLock { state in state.log.feed.entries.map(\.event) } }

    /// Makes as if a row of the API service references the file, or no longer does.
    package func setReferenced(_ id: MediaID, _ isReferenced: Bool) {
        self.state.withLock { state in
            if isReferenced { state.referenced.insert(id) } else { state.referenced.remove(id) }
        }
    }

    /// The uploads whose release was asked for, in order.
    package var takeoverRequests: [UploadID] { self.state.withLock { $0.takeoverRequests } }

    /// Sets what is called at once, by the caller, for each release that is asked for. ``notifications()`` tells of it too.
    package func onTakeoverRequest(_ tell: (@Sendable (UploadID, Timestamp) -> Void)?) {
        self.state.withLock { $0.onTakeoverRequest = tell }
    }

    /// Runs `body` as a transaction: what it changed is dropped when it throws, and who listens is told when it does not.
    func transaction<Result: Sendable>(
        _ body: (inout State) throws(MediaError) -> Result
    ) throws(MediaError) -> Result {
        let outcome = self.state.withLock { state -> Swift.Result<Result, MediaError> in
            var copy = state
            do throws(MediaError) {
                let value = try body(&copy)
                copy.log.commit()
                state = copy
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Changes the state by something that is no transaction.
    func withState<Result>(_ body: (inout State) -> Result) -> Result { self.state.withLock { body(&$0) } }

    // MARK: Reading

    package func file(id: MediaID) async throws(MediaError) -> MediaFile? { self.state.withLock { $0.files[id] } }

    package func file(path: MediaPath) async throws(MediaError) -> MediaFile? {
        self.state.withLock { state in state.files.values.first { $0.path == path } }
    }

    package func file(collection: String, name: MediaName) async throws(MediaError) -> MediaFile? {
        self.state.withLock { state in state.files.values.first { $0.collection == collection && $0.name == name } }
    }

    package func file(movedFrom path: MediaPath) async throws(MediaError) -> MediaFile? {
        self.state.withLock { state in state.moves[path].flatMap { state.files[$0] } }
    }

    package func formerPaths(of id: MediaID) async throws(MediaError) -> [MediaPath] {
        self.state.withLock { state in
            state.moves.filter { $0.value == id }.keys.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
        }
    }

    package func listing(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int,
        examining bound: Int
    ) async throws(MediaError) -> FileListing {
        let found = try await self.files(matching: filter, before: cursor, limit: limit)
        // It knows of no index but that of collections.
        let inCollection = FileFilter(collection: filter.collection)
        guard filter != inCollection, found.count < limit else { return FileListing(files: found, end: nil, head: nil) }
        let tried = try await self.files(matching: inCollection, before: cursor, limit: bound)
        guard tried.count == bound, let end = tried.last?.id else {
            return FileListing(files: found, end: nil, head: nil)
        }
        return FileListing(files: found.filter { !($0.id < end) }, end: end, head: nil)
    }

    package func files(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        let all = self.state.withLock { Array($0.files.values) }
        let found = all.filter { file in
            if let cursor, !(file.id < cursor) { return false }
            if let collection = filter.collection, file.collection != collection { return false }
            if let readable = filter.readable,
                !readable.mayContain(collection: file.collection, name: file.name.text)
            {
                return false
            }
            if let type = filter.type, !file.type.matches(pattern: type) { return false }
            if let prefix = filter.pathPrefix {
                let spellings = MediaPath.spellings(of: prefix)
                guard spellings.contains(where: { file.path.text.utf8.starts(with: $0.utf8) }) else { return false }
            }
            if let search = filter.search?.lowercased() {
                let texts = [file.path.text, file.originalFilename ?? ""]
                guard texts.contains(where: { $0.lowercased().contains(search) }) else { return false }
            }
            return true
        }
        return Array(found.sorted { $1.id < $0.id }.prefix(limit))
    }

    package func isOpen(_ intent: CommitIntent) async throws(MediaError) -> Bool {
        self.state.withLock { $0.intents[intent.id] != nil }
    }

    package func openIntents() async throws(MediaError) -> [CommitIntent] {
        self.state.withLock { state in state.intents.values.sorted { $0.id < $1.id } }
    }

    package func hasOpenIntent(on path: MediaPath) async throws(MediaError) -> Bool {
        self.state.withLock { state in
            state.intents.values.contains { $0.file.path == path || $0.obsoletePath == path }
        }
    }

    package func isInUse(digestPrefix prefix: String) async throws(MediaError) -> Bool {
        self.state.withLock { state in state.files.values.contains { $0.version.digest.prefix == prefix } }
    }

    package func ping() async throws(MediaError) {}
}
