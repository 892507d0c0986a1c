package import MediaCore

/// What subscribers in this process are told.
package enum ChangeEvent: Hashable, Sendable {
    /// This process took a file in; `replaced` is the record of the bytes that were there before.
    case published(MediaFile, replaced: MediaFile?)
    /// This process deleted a file, from the tree and from the catalog.
    case deleted(MediaFile)
    /// The record at this path may be another one now, or none: by this process, another one, or SQL by hand.
    case recordChanged(MediaPath)
    /// Every record may be another one now.
    case allRecordsChanged
    /// The feed is followed from here on; what happened before may have been missed.
    case connected
    /// The feed cannot be read: changes by other processes may be missed from here on.
    case disconnected
    /// Another request, perhaps of another process, wants this upload since `asked`.
    case uploadTakeoverRequested(UploadID, asked: Timestamp)
}

extension ChangeEvent {
    /// What a cache of records or files has to drop.
    package enum Invalidation: Hashable, Sendable {
        case nothing
        /// What is kept of these paths.
        case paths([MediaPath])
        /// All of it. Unless `mayKeep`, nothing is kept until the next event that says otherwise.
        case everything(mayKeep: Bool)
    }

    /// What this event means to a cache. A cache keeps nothing before the first ``connected``.
    package var invalidation: Invalidation {
        switch self {
        case .published(let file, let replaced):
            let previous = replaced.flatMap { $0.path == file.path ? nil : $0.path }
            return .paths([file.path] + (previous.map { [$0] } ?? []))
        case .deleted(let file): return .paths([file.path])
        case .recordChanged(let path): return .paths([path])
        case .connected, .allRecordsChanged: return .everything(mayKeep: true)
        case .disconnected: return .everything(mayKeep: false)
        case .uploadTakeoverRequested: return .nothing
        }
    }
}

extension ChangeEvent {
    /// What a change of the feed means to the caches of this process. Nothing is kept of a path without a file, so a file that comes to
    /// be makes nothing wrong.
    static func events(of change: FeedEvent) -> [ChangeEvent] {
        switch change.kind {
        case .fileReplaced, .fileUpdated, .fileDeleted, .fileReaped:
            [change.previousPath, change.path].compactMap { $0 }.map { .recordChanged($0) }
        case .fileCreated, .fileRestored, .renditionReady, .uploadFailed, .linkAdded, .linkRemoved: []
        }
    }
}
