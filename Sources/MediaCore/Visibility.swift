/// Who may read the files of a collection without a right of their own.
package enum Visibility: String, Hashable, Sendable, CaseIterable {
    /// Everybody, and their records too.
    case `public`
    /// Whoever knows the address; records and lists need a right.
    case unlisted
    /// Nobody.
    case `private`
}
