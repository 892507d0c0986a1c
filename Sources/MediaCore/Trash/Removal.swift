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

    package init(reason: Reason = .deleted, retention: Duration, removesLinks: Bool = false) {
        self.reason = reason
        self.retention = retention
        self.removesLinks = removesLinks
    }

    /// Past the trash.
    package static let permanent = Removal(retention: .zero)
}
