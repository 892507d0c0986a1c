/// One committed change of a file's record, as the change log keeps it.
///
/// It holds what a reader needs when the record itself has changed again or is gone.
package struct FileChange: Hashable, Sendable {
    /// What happened to the file. The raw values are those of the column `media.changes.kind`.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The file is new.
        case created
        /// The file has other bytes; its id stays.
        case replaced
        /// The record changed, the bytes did not: a focal point, facts that were filled in.
        case updated
        /// The file is gone.
        case deleted
    }

    /// What happened to the file.
    package var kind: Kind
    /// The file's id. It may belong to no record any more.
    package var fileID: MediaID
    /// The name of the file's collection.
    package var collection: String
    /// The path after the change; for ``Kind/deleted``, the path that the file had.
    package var path: MediaPath
    /// For ``Kind/replaced``: the path before, when it was another one.
    package var previousPath: MediaPath?
    /// The first 32 hex digits of the bytes' digest (``Digest/prefix``) after the change; for ``Kind/deleted``, before it.
    package var version: String

    /// A change of `file`, which is the record after the change or, when it was deleted, the last one.
    package init(_ kind: Kind, of file: MediaFile, previousPath: MediaPath? = nil) {
        self.init(
            kind,
            fileID: file.id,
            collection: file.collection,
            path: file.path,
            previousPath: previousPath,
            version: file.version.digest.prefix
        )
    }

    /// A change as a log gives it back.
    package init(
        _ kind: Kind,
        fileID: MediaID,
        collection: String,
        path: MediaPath,
        previousPath: MediaPath?,
        version: String
    ) {
        self.kind = kind
        self.fileID = fileID
        self.collection = collection
        self.path = path
        self.previousPath = previousPath
        self.version = version
    }
}
