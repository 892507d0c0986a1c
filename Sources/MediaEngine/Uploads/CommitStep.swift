/// The instants of a commit at which a crash leaves a different state behind. docs/storage-tree.md tells what each leaves.
package enum CommitStep: String, CaseIterable, Sendable {
    /// An upload was rewritten: its new bytes are staged beside the old ones; the catalog knows nothing.
    case rewritten
    /// The staged bytes are on disk; the catalog knows nothing.
    case synchronized
    /// The intent row is committed; the tree is untouched.
    case intentRecorded = "intent-recorded"
    /// The file has its name in the tree; the folder may not be on disk yet.
    case renamed
    /// The folder is on disk; the record is still the old one.
    case folderSynchronized = "folder-synchronized"
    /// The record and the change event are committed; an obsolete file may still lie in the tree.
    case recorded
    /// The obsolete file is gone; its intent is still open.
    case obsoleteRemoved = "obsolete-removed"
    /// A removal is committed in the catalog; the file still lies in the tree.
    case removalRecorded = "removal-recorded"
    /// The file of a removal is out of the tree; its intent is still open.
    case removalUnlinked = "removal-unlinked"
    /// A restoration is announced; the file still lies in the trash.
    case restoreRecorded = "restore-recorded"
    /// The file of a restoration has its place in the tree; the record is not written yet.
    case restoreRenamed = "restore-renamed"
    /// The record of a restoration is there again; nothing remains to be done.
    case restored
    /// The entry of an expired file is gone; its bytes still lie in the trash.
    case trashForgotten = "trash-forgotten"
}

/// Told of each step as soon as it is done. The daemon ignores them; the crash tests kill the process there.
package typealias CommitObserver = @Sendable (CommitStep) -> Void
