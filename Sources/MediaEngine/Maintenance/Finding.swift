/// One thing that is not as it should be in tree or catalog.
package struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package var kind: Kind
    /// Where: a path of the tree, or what else names the place.
    package var subject: String
    /// Details for the operator, without a full stop at the end.
    package var explanation: String
    /// Whether the same run has repaired it.
    package var isRepaired: Bool

    /// A finding about `subject`, e.g. the path of a file.
    package init(_ kind: Kind, _ subject: String, _ explanation: String, isRepaired: Bool = false) {
        self.kind = kind
        self.subject = subject
        self.explanation = explanation
        self.isRepaired = isRepaired
    }

    /// Stable names, the first word of each line that `mediad fsck` prints.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A record without its file.
        case missing
        /// Other bytes than recorded, and the file was changed since: somebody edited the tree.
        case changed
        /// Other bytes than recorded, and the file claims to be unchanged: the disk or a copy damaged it.
        case damaged
        /// The right bytes with another modification time: a restored copy.
        case touched
        /// A file in the tree without a record.
        case unrecorded
        /// A symbolic link, a socket, a name that breaks the rules.
        case foreign
        /// A commit that a crash left open.
        case unfinished
        /// What a dead process left in the staging area.
        case leftover
        /// Thumbnails of bytes that no record has any more; only told of when they are removed.
        case stale
        /// A file that cannot be read.
        case unreadable
    }

    /// One line: kind, subject, explanation.
    package var description: String {
        "\(self.kind.rawValue) \(self.subject): \(self.explanation)\(self.isRepaired ? " [repaired]" : "")"
    }
}
