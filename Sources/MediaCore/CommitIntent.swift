/// The row that announces a change to the tree before it is made, so that a crash in the middle can be finished or undone.
///
/// See docs/storage-tree.md for the states and what each crash point leaves.
package struct CommitIntent: Hashable, Sendable, Codable {
    /// Of the intent: it is made anew for each change.
    package var id: MediaID
    /// What is going to happen.
    package var kind: Kind
    /// How far it has come.
    package var phase: Phase
    /// The process that made it: the name of its folder in `staging/`, which it holds locked while it lives.
    package var owner: String
    /// The staged file's name in the owner's folder (publish only).
    package var stagingName: String?
    /// Publish: the record as it will be. Remove: the record as it was.
    package var file: MediaFile
    /// The path of the version being replaced, when the new one has another extension.
    package var obsoletePath: MediaPath?
    /// Publish: the resumable upload that the file came with; it becomes complete together with the record.
    package var upload: UploadID?

    /// Announces a change by the process `owner`.
    package init(
        id: MediaID,
        kind: Kind,
        phase: Phase,
        owner: String,
        stagingName: String?,
        file: MediaFile,
        obsoletePath: MediaPath?,
        upload: UploadID? = nil
    ) {
        self.id = id
        self.kind = kind
        self.phase = phase
        self.owner = owner
        self.stagingName = stagingName
        self.file = file
        self.obsoletePath = obsoletePath
        self.upload = upload
    }

    /// What the change does.
    package enum Kind: String, Hashable, Sendable, Codable {
        /// A staged file becomes the file at `file.path`.
        case publish
        /// The file at `file.path` is taken out of the tree, into the trash where there is an entry for it.
        case remove
        /// The file comes back from the trash to `file.path`.
        case restore
    }

    /// How far the change has come.
    package enum Phase: String, Hashable, Sendable, Codable {
        /// The row of `media.files` is not written yet.
        case pending
        /// The row and the change event are written; only leftovers in the tree remain to be unlinked.
        case recorded
    }
}
