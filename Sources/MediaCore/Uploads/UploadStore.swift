/// The bytes of resumable uploads, in the staging area.
///
/// Implemented by MediaStorage; MediaTesting wraps it to make the nth call fail. The holder of an ``UploadFile`` is alone with
/// it among all tasks and processes on the storage root: the kernel's lock (flock(2)) sees to it, and releases it whatever way
/// the process ends. All methods throw ``MediaError``: `storage_full`, `storage_unavailable`, and what each names.
///
/// ```swift
/// try await store.create(id)
/// guard let file = try await store.acquire(id) else { return }    // Somebody else holds it.
/// let append = try await file.append(verified: false)
/// try append.write(bytes)                                         // On a thread that may block.
/// let offset = try await append.commit()                          // Durable.
/// await file.release()
/// ```
package protocol UploadStore: Sendable {
    /// Makes the files of a new upload, durable, holding no byte.
    func create(_ id: UploadID) async throws(MediaError)

    /// Acquires an upload's bytes for the caller.
    /// - Returns: nil while another task or process holds them.
    /// - Throws: `not_found` when there are none.
    func acquire(_ id: UploadID) async throws(MediaError) -> (any UploadFile)?

    /// How far an upload is, whoever holds it. Nil when it has no bytes here.
    func progress(of id: UploadID) async throws(MediaError) -> UploadProgress?

    /// All uploads that have a folder here, whole or not, with the time of their last bytes.
    func uploads() async throws(MediaError) -> [UploadID: Timestamp]

    /// Removes all that is there of an upload, whole or not; not an error when nothing is.
    /// - Returns: the bytes freed; nil while somebody holds it.
    func remove(_ id: UploadID) async throws(MediaError) -> ByteCount?
}

/// How far an upload is.
package struct UploadProgress: Sendable, Hashable {
    /// Durable bytes.
    package var offset: ByteCount
    /// When the last of them came; of an upload without bytes, when it was made.
    package var lastActivity: Timestamp

    package init(offset: ByteCount, lastActivity: Timestamp) {
        self.offset = offset
        self.lastActivity = lastActivity
    }
}
