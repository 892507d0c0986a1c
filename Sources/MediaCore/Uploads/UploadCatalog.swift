/// The records of resumable uploads.
///
/// Second implementation: `InMemoryCatalog` in MediaTesting; one conformance suite runs on both. Every method throws
/// ``MediaError`` with `catalog_unavailable` when the database cannot be reached.
package protocol UploadCatalog: Sendable {
    /// Records a new upload. Exact also when many are made at once.
    ///
    /// One that comes with a grant (``UploadConditions/grant``) and is no part claims it in the same transaction. Where another upload has
    /// the grant that is open, or complete and not forgotten, nothing is recorded. A failed or ended one loses the grant: the failed one
    /// is ended.
    /// - Returns: the upload, or the one that has its grant.
    /// - Throws: `too_many_uploads` when its client has as many open ones as the quota allows; `staging_quota` when its
    ///   bytes do not fit beside those reserved by the others; `owner_quota`; `grant_used` when a file came with the grant;
    ///   `name_busy` while one is being recorded.
    @discardableResult
    func create(_ upload: Upload, within quota: UploadQuota) async throws(MediaError) -> Upload

    /// The upload that has claimed a grant, in whatever state; nil where none has, or it was forgotten.
    func upload(ofGrant id: String) async throws(MediaError) -> Upload?

    /// What an owner has: files, and open uploads that are no parts.
    /// - Parameters:
    ///   - upload: one that is not counted.
    ///   - target: where a file is to go; one of that name is not counted, as it would be replaced.
    func usage(
        of owner: String,
        without upload: UploadID?,
        replacing target: Upload.Target
    ) async throws(MediaError) -> OwnerUsage

    /// The record of an upload, in whatever state; nil when there is none or it was forgotten.
    func upload(id: UploadID) async throws(MediaError) -> Upload?

    /// Those of the named uploads that exist, in no particular order.
    func uploads(ids: Set<UploadID>) async throws(MediaError) -> [Upload]

    /// Writes the changeable part of a record (length, reserved, target, conditions, state, file, problem, updated, expires) if its
    /// present state is one of `states`.
    /// - Returns: false when there is no such upload or it is in another state.
    func update(_ upload: Upload, from states: Set<Upload.State>) async throws(MediaError) -> Bool

    /// Bytes that all open uploads together have reserved.
    func reservedBytes() async throws(MediaError) -> ByteCount

    /// Uploads in a state, oldest first.
    func uploads(in state: Upload.State, limit: Int) async throws(MediaError) -> [Upload]

    /// Open uploads (receiving or failed) that were to expire before `time`, the longest overdue first, and that no
    /// concatenation under way needs.
    func expired(before time: Timestamp, limit: Int) async throws(MediaError) -> [Upload]

    /// Lets open uploads (receiving or failed) that were to expire after `time` expire at `expiry`: a clock that was wrong gave them
    /// years.
    /// - Returns: how many.
    func shortenExpiry(after time: Timestamp, to expiry: Timestamp) async throws(MediaError) -> Int

    /// Forgets ended uploads (complete, terminated, expired) whose last change was before `time`.
    /// - Returns: how many.
    func forgetEnded(before time: Timestamp) async throws(MediaError) -> Int

    /// Asks the process that is receiving bytes of the upload to end that. Heard by everybody who listens, this process too.
    /// - Parameter time: when the newer request came. Whoever holds the upload since later is not meant: the message may arrive late.
    func requestTakeover(of id: UploadID, asked time: Timestamp) async throws(MediaError)
}
