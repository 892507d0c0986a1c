package import Primitives

/// How a file is deleted.
package struct Removal: Hashable, Sendable {
    /// Why. The raw values are those of the column `media.trash.reason`.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// Somebody asked for it.
        case deleted
        /// Nothing used the file for as long as its collection allows.
        case reaped
    }

    /// Why.
    package var reason: Reason
    /// How long it stays in the trash; zero: it is gone at once.
    package var retention: Duration
    /// Whether links to it are removed. Foreign keys never are: they refuse.
    package var removesLinks: Bool
    /// Only a file that nothing uses, ever used, or changed since this time; nil: any. Looked at under the lock of the deletion, and
    /// refused with `file_referenced`, whatever the foreign keys that refer to the file say of a deletion.
    package var unusedSince: Timestamp?

    package init(
        reason: Reason = .deleted,
        retention: Duration,
        removesLinks: Bool = false,
        unusedSince: Timestamp? = nil
    ) {
        self.reason = reason
        self.retention = retention
        self.removesLinks = removesLinks
        self.unusedSince = unusedSince
    }

    /// Past the trash.
    package static let permanent = Removal(retention: .zero)
}
