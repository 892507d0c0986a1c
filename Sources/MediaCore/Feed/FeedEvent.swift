package import Primitives

/// One change, as every reader of the feed gets it: who polls, who listens to a stream, webhooks, the caches of this process.
package struct FeedEvent: Hashable, Sendable {
    /// What happened. The raw values are those that clients see.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case fileCreated = "file.created"
        /// The file has other bytes, or another path; its id stays.
        case fileReplaced = "file.replaced"
        /// The record changed, the bytes did not.
        case fileUpdated = "file.updated"
        /// The file went to the trash, or is gone.
        case fileDeleted = "file.deleted"
        /// The file came back from the trash.
        case fileRestored = "file.restored"
        /// Nothing used the file for as long as its collection allows.
        case fileReaped = "file.reaped"
        /// A picture or another rendition of the file was made for the first time.
        case renditionReady = "rendition.ready"
        /// The bytes of an upload could not become a file.
        case uploadFailed = "upload.failed"
        case linkAdded = "link.added"
        case linkRemoved = "link.removed"
    }

    /// The cursor behind this change.
    package var cursor: FeedCursor
    package var kind: Kind
    /// When the transaction that made the change began.
    package var at: Timestamp
    /// The file; nil for an upload that became none.
    package var fileID: MediaID?
    /// Where it is, or was before it was deleted. Nil where there is no file.
    package var path: MediaPath?
    /// For ``Kind/fileReplaced``: where it was, when that was another path.
    package var previousPath: MediaPath?
    /// The collection. Nil where it is not known.
    package var collection: String?
    /// The name in the collection, without the extension. Nil where it is not known.
    package var name: String?
    /// The subject that the file or upload belongs to.
    package var owner: String?
    /// The first 32 hex digits of the bytes' SHA-256 behind the change; before a deletion, those that were there.
    package var version: String?
    /// The record as it is when the page is read, which may be newer than the change; nil when there is none any more.
    package var file: MediaFile?
    /// What used the file when the change was made; of ``Kind/linkAdded`` and ``Kind/linkRemoved`` the link itself.
    package var links: [FileLink]
    /// Of ``Kind/uploadFailed``: the upload.
    package var uploadID: UploadID?
    /// Of ``Kind/renditionReady``: the name of the preset. Of ``Kind/uploadFailed``: the code of the problem.
    package var detail: String?

    package init(
        cursor: FeedCursor,
        kind: Kind,
        at: Timestamp,
        fileID: MediaID? = nil,
        path: MediaPath? = nil,
        previousPath: MediaPath? = nil,
        collection: String? = nil,
        name: String? = nil,
        owner: String? = nil,
        version: String? = nil,
        file: MediaFile? = nil,
        links: [FileLink] = [],
        uploadID: UploadID? = nil,
        detail: String? = nil
    ) {
        self.cursor = cursor
        self.kind = kind
        self.at = at
        self.fileID = fileID
        self.path = path
        self.previousPath = previousPath
        self.collection = collection
        self.name = name
        self.owner = owner
        self.version = version
        self.file = file
        self.links = links
        self.uploadID = uploadID
        self.detail = detail
    }
}
