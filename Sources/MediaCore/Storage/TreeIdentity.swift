/// The name that a storage root and its database have in common: 32 hex digits, drawn once.
package struct TreeIdentity: Sendable, Hashable, CustomStringConvertible {
    /// 32 lower-case hex digits.
    package let text: String

    /// - Returns: nil for anything but 32 lower-case hex digits.
    package init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    private init(drawn text: String) { self.text = text }

    /// A new one, which no other root or database has.
    package static func drawn() -> TreeIdentity {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<32).map { _ in "0123456789abcdef".randomElement(using: &generator) ?? "0" }
        return TreeIdentity(drawn: String(digits))
    }

    package var description: String { self.text }
}

/// Storage port: the identity that a storage root bears. All methods throw ``MediaError`` `storage_unavailable`.
///
/// The root is given an identity in two steps, with the database's step between them, so that a crash at any point leaves
/// something that the next start can finish.
package protocol TreeMark: Sendable {
    /// The root's identity; nil when it was given none yet.
    func identity() async throws(MediaError) -> TreeIdentity?

    /// The identity that the root was about to be given, by a process that may have died before ``confirm()``.
    func announced() async throws(MediaError) -> TreeIdentity?

    /// First step: notes, durably, which identity the root is about to be given.
    func announce(_ identity: TreeIdentity) async throws(MediaError)

    /// Second step: what was announced becomes the root's identity, durably.
    func confirm() async throws(MediaError)

    /// Whether something lies in the root that only a database can have led to: thumbnails, or bytes of resumable uploads.
    func hasTraces() async throws(MediaError) -> Bool
}

/// Catalog port: the identity of the tree that a database belongs to. All methods throw ``MediaError``
/// `catalog_unavailable`.
package protocol IdentityCatalog: Sendable {
    /// The identity; nil when the database has none, or no schema yet.
    func treeIdentity() async throws(MediaError) -> TreeIdentity?

    /// Gives the database an identity unless it has one.
    /// - Returns: the one that it has now.
    func claim(_ identity: TreeIdentity) async throws(MediaError) -> TreeIdentity

    /// Gives the database this identity, whatever it had.
    func assign(_ identity: TreeIdentity) async throws(MediaError)
}
