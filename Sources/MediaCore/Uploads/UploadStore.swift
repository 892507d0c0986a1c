/// The bytes of resumable uploads, in the staging area.
///
/// Implemented by MediaStorage; MediaTesting wraps it to make the nth call fail. The holder of an ``UploadFile`` is alone with
/// it among all tasks and processes on the storage root: the kernel's lock (flock(2)) sees to it, and lets go of it whatever way
/// the process ends.
package protocol UploadStore: Sendable {
    /// Makes the files of a new upload, durable, holding no byte.
    func create(_ id: UploadID) async throws(MediaError)

    /// Takes an upload's bytes for the caller.
    /// - Returns: nil while another task or process holds them.
    /// - Throws: `not_found` when there are none.
    func take(_ id: UploadID) async throws(MediaError) -> (any UploadFile)?

    /// Looks without taking: durable bytes, and when the last of them came. Nil when there are none.
    func glance(_ id: UploadID) async throws(MediaError) -> UploadProgress?

    /// All uploads that have a folder here, whole or not, with the time of their last bytes.
    func uploads() async throws(MediaError) -> [UploadID: Timestamp]

    /// Removes an upload's folder with all that is in it, whole or not.
    /// - Returns: the bytes freed; nil while somebody holds it.
    func removeRemains(of id: UploadID) async throws(MediaError) -> ByteCount?
}

/// How far an upload is.
package struct UploadProgress: Sendable, Hashable {
    package var offset: ByteCount
    package var lastActivity: Timestamp

    package init(offset: ByteCount, lastActivity: Timestamp) {
        self.offset = offset
        self.lastActivity = lastActivity
    }
}

/// Takes bytes in order.
package protocol ByteSink: Sendable {
    /// Writes at the end. Blocks: only for threads that may wait for a disk; one call at a time.
    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError)
}

/// An upload's bytes, held by the caller until ``release()`` or ``remove()``.
package protocol UploadFile: Sendable {
    /// Durable bytes (fsync), which is what may be reported.
    var offset: ByteCount { get }

    /// Begins to append one request's bytes.
    /// - Parameter verified: true when they count only after ``UploadAppend/commit()``, because a checksum has to be right
    ///   first: what a crash leaves of them is dropped. False: what comes counts.
    func append(verified: Bool) async throws(MediaError) -> any UploadAppend

    /// Makes this upload's bytes those of finished uploads, one behind the other, without copying where the file system can
    /// share them. Begins anew when it was cut off before. Ends early, with `CancellationError` as cause of
    /// `upload_interrupted`, when the task is cancelled.
    /// - Throws: `not_found` when a part has no bytes any more.
    func concatenate(_ parts: [UploadID]) async throws(MediaError)

    /// The bytes as a staged file of this process, ready to be inspected and published: another name of the same file, so
    /// that the upload keeps its bytes whatever becomes of the publication.
    func stage() async throws(MediaError) -> any StagedFile

    /// Removes the upload's bytes and lets go.
    /// - Returns: the bytes freed.
    @discardableResult
    func remove() async throws(MediaError) -> ByteCount

    /// Lets go. Nothing may be called afterwards.
    func release() async
}

/// One request's bytes on their way into an upload.
package protocol UploadAppend: ByteSink {
    /// Bytes taken by this request so far, durable or not.
    var received: ByteCount { get }

    /// What is durable by now, the bytes before this request included: rises in steps while a long request is received.
    var durableOffset: ByteCount { get }

    /// The checksum of this request's bytes.
    func checksum(_ algorithm: ChecksumAlgorithm) async throws(MediaError) -> [UInt8]

    /// Makes this request's bytes durable and part of the upload.
    /// - Returns: the new offset.
    func commit() async throws(MediaError) -> ByteCount

    /// Drops this request's bytes: the upload is as it was before it.
    func discard() async throws(MediaError)
}

/// Checksums that a request's bytes can be verified with; the raw value is the name in tus' `Upload-Checksum`.
package enum ChecksumAlgorithm: String, Sendable, Hashable, CaseIterable {
    case sha1
    case sha256
    case sha512
    case md5
    case crc32
    case crc32c

    /// Length of its value in bytes. Those of the CRCs are in network byte order.
    package var lengthBytes: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        case .md5: 16
        case .crc32, .crc32c: 4
        }
    }
}
