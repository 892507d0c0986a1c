package import Primitives

/// The records of the files.
///
/// Every method that writes a record writes the change for the ``ChangeFeed`` in the same transaction (invariant 8).
///
/// Second implementation: `InMemoryCatalog` in MediaTesting; one conformance suite runs on both. Every method throws
/// ``MediaError`` with `catalog_unavailable` when the database cannot be reached or does not answer in time.
package protocol Catalog: Sendable {
    func file(id: MediaID) async throws(MediaError) -> MediaFile?
    func file(path: MediaPath) async throws(MediaError) -> MediaFile?
    func file(collection: String, name: MediaName) async throws(MediaError) -> MediaFile?

    /// The file that lay at this path before a replacement of another type moved it. A move is known as long as the file's record is,
    /// and until another file gets the path.
    func file(movedFrom path: MediaPath) async throws(MediaError) -> MediaFile?

    /// The paths that a file lay at before, in the order of their text: all that ``file(movedFrom:)`` finds it by.
    func formerPaths(of id: MediaID) async throws(MediaError) -> [MediaPath]

    /// Newest first; keyset paging by id.
    func files(matching filter: FileFilter, before cursor: MediaID?, limit: Int) async throws(MediaError) -> [MediaFile]

    /// The same, with the feed's head in the same snapshot: who lists, and follows the feed from there, misses nothing.
    ///
    /// - Parameter bound: how many files may be tried where no index leads to those that match. The list may stop there before it is full
    ///   (``FileListing/end``).
    func listing(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int,
        examining bound: Int
    ) async throws(MediaError) -> FileListing

    /// Records an intent, and in the same transaction what it needs: a claim on the grant, room in the owner's quota.
    /// - Throws: `name_busy` when another intent on the same collection and name, or on the same path, or with the same grant, is open;
    ///   `grant_used`, `owner_quota`.
    func begin(_ intent: CommitIntent, under terms: CommitTerms) async throws(MediaError)

    /// The file that an upload with this grant became, if it is there; nil for a grant that was not used.
    func file(ofGrant id: String) async throws(MediaError) -> MediaFile?

    /// Publish: writes the record and its change event and closes the intent, in one transaction; an intent with an
    /// obsolete path stays open in phase `recorded` until ``close(_:)``. Doing it twice is harmless. A focal point that was set
    /// since the intent stays, when the bytes are the same.
    ///
    /// A remove intent needs no finishing: see ``remove(_:as:)``.
    func finish(_ intent: CommitIntent) async throws(MediaError)

    /// Deletes the record, or moves it to the trash, writes the change event and the intent (phase `recorded`), in one transaction.
    /// - Throws: `not_found`, `file_referenced` when a foreign key of the API service points at it or a link does, with details
    ///   ``MediaError/DetailName/references`` and ``MediaError/DetailName/links``; `name_busy`.
    func remove(_ intent: CommitIntent, as removal: Removal) async throws(MediaError)

    /// Forgets an intent whose work is done or undone. A grant that it had claimed and that no file came with is free again.
    func close(_ intent: CommitIntent) async throws(MediaError)

    /// True while the intent is open.
    func isOpen(_ intent: CommitIntent) async throws(MediaError) -> Bool

    /// All open intents, oldest first.
    func openIntents() async throws(MediaError) -> [CommitIntent]

    /// True while any intent on this path (as target or obsolete path) is open.
    func hasOpenIntent(on path: MediaPath) async throws(MediaError) -> Bool

    /// Records a file that is already in the tree (import), or corrects the record (same id) of one whose bytes changed
    /// there, with its change event. As with ``finish(_:)``, a focal point that the record has by then stays with its bytes.
    /// - Throws: `name_taken` when the name or path belongs to another record.
    func adopt(_ file: MediaFile) async throws(MediaError)

    /// Deletes the record of a file that is no longer in the tree, with its change event.
    /// - Throws: `file_referenced` when a foreign key of the API service points at it.
    func forget(_ file: MediaFile) async throws(MediaError)

    /// Sets the focal point of a file, or takes it away; when that changes anything, with an event `updated`, and `time` as the record's
    /// ``MediaFile/updatedAt`` unless that is later.
    /// - Returns: the record as it is now.
    /// - Throws: `not_found`.
    func setFocalPoint(
        _ point: FocalPoint?,
        of id: MediaID,
        at time: Timestamp
    ) async throws(MediaError) -> MediaFile

    /// Writes what an inspection found (see ``MediaFile/takeFacts(of:)``) into a record whose bytes are still the same, and
    /// nothing else of it, with an event `updated`.
    /// - Returns: false when the file is gone, has other bytes by now, or has such facts already.
    func fillIn(_ file: MediaFile) async throws(MediaError) -> Bool

    /// Files whose facts were found by an inspection that looked for fewer (``MediaFile/factsVersion`` is nil or below
    /// `version`), oldest first; keyset paging by id.
    func files(factsBelow version: Int, after cursor: MediaID?, limit: Int) async throws(MediaError) -> [MediaFile]

    /// True while some record's digest begins with `prefix` (32 hex digits, see ``Digest/prefix``).
    func isInUse(digestPrefix prefix: String) async throws(MediaError) -> Bool

    /// Proves that the database answers, takes changes, and has all that the catalog needs.
    func ping() async throws(MediaError)
}

extension Catalog {
    /// Records an intent that needs nothing.
    package func begin(_ intent: CommitIntent) async throws(MediaError) { try await self.begin(intent, under: .none) }

    /// Deletes the record past the trash.
    package func remove(_ intent: CommitIntent) async throws(MediaError) {
        try await self.remove(intent, as: .permanent)
    }
}

/// What a commit needs beside its name.
package struct CommitTerms: Hashable, Sendable {
    /// The grant that a plain upload came with. A resumable one has claimed it when it was made.
    package var grant: GrantClaim?
    /// What the file's owner may have.
    package var quota: OwnerQuota

    /// Nothing.
    package static let none = CommitTerms()

    /// Terms; what is not given is not asked for.
    package init(grant: GrantClaim? = nil, quota: OwnerQuota = OwnerQuota()) {
        self.grant = grant
        self.quota = quota
    }
}

/// Which files to list. All conditions must hold.
package struct FileFilter: Hashable, Sendable {
    /// Only files of this collection.
    package var collection: String?
    /// An exact type or a pattern such as `image/*`.
    package var type: String?
    /// Compared with the path as text: `posters/`, `videos/trailers/mov`.
    package var pathPrefix: String?
    /// Text that path or original file name contains, whatever the case of its letters.
    package var search: String?
    /// Which of them may be seen; nil for all.
    package var readable: ReadableFiles?

    /// What is not given does not matter.
    package init(
        collection: String? = nil,
        type: String? = nil,
        pathPrefix: String? = nil,
        search: String? = nil,
        readable: ReadableFiles? = nil
    ) {
        self.collection = collection
        self.type = type
        self.pathPrefix = pathPrefix
        self.search = search
        self.readable = readable
    }
}
