/// Storage port: renditions, which are files made from files, found by digest and recipe; they may be deleted at any time.
///
/// Every method does its work off the event loops and the cooperative pool. All throw ``MediaError``: `storage_full`,
/// `storage_unavailable`, and what each method names.
///
///     if let content = try await renditions.openRendition(key) { return content }
///     // render into a staged file, then:
///     try await renditions.storeRendition(staged.name, as: key)
package protocol RenditionStore: ContentReading {
    /// Opens a rendition, and notes that it is used.
    ///
    /// - Returns: nil when it is not there.
    func openRendition(_ key: RenditionKey) async throws(MediaError) -> Content?

    /// Moves a finished file of this process's staging folder to the rendition's place, over one that is there.
    ///
    /// Atomic, not durable: what a power cut takes away is made again.
    func storeRendition(_ staged: String, as key: RenditionKey) async throws(MediaError)

    /// Removes all renditions of a digest; not an error when there are none.
    func removeRenditions(of digest: Digest) async throws(MediaError)

    /// The digest prefixes that have renditions, of those that begin with two hex digits: a part of the whole at a time.
    func renditionPrefixes(beginning digits: String) async throws(MediaError) -> [String]

    /// Removes all renditions under a digest prefix.
    func removeRenditions(prefix: String) async throws(MediaError)

    /// The renditions whose digests begin with two hex digits.
    func renditions(beginning digits: String) async throws(MediaError) -> [StoredRendition]

    /// Removes one rendition; not an error when it is gone. Who has it open reads on.
    ///
    /// - Parameter path: a ``StoredRendition/path``; anything else removes nothing.
    func removeRendition(path: String) async throws(MediaError)

    /// Notes that renditions are used which were opened some time ago.
    ///
    /// - Parameter renditions: the open files that responses are sent from.
    func noteUse(of renditions: [OpenFile]) async throws(MediaError)
}
