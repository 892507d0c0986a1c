/// Renditions: files made from files, found by digest and recipe; may be deleted at any time.
///
/// Every method runs its system calls off the cooperative pool. All throw ``MediaError``: `storage_full`, `storage_unavailable`,
/// and what each method names.
package protocol RenditionStore: Sendable {
    /// Opens a rendition, and notes that it is used.
    /// - Returns: nil when it is not there.
    func openRendition(_ key: RenditionKey) async throws(MediaError) -> OpenFile?

    /// Moves a finished staged file to the rendition's place.
    func storeRendition(_ staged: String, as key: RenditionKey) async throws(MediaError)

    /// Removes all renditions of a digest.
    func removeRenditions(of digest: Digest) async throws(MediaError)

    /// The digest prefixes that have renditions, of those that begin with two hex digits: a part of the whole at a time.
    func renditionPrefixes(beginning digits: String) async throws(MediaError) -> [String]

    /// Removes all renditions under a digest prefix.
    func removeRenditions(prefix: String) async throws(MediaError)

    /// The renditions whose digests begin with two hex digits.
    func renditions(beginning digits: String) async throws(MediaError) -> [StoredRendition]

    /// Removes one rendition; not an error when it is gone. Who has it open reads on.
    func removeRendition(path: String) async throws(MediaError)

    /// Notes that renditions are used which were opened some time ago.
    func noteUse(of renditions: [OpenFile]) async throws(MediaError)
}
