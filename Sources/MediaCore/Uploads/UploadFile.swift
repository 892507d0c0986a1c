/// The lease on an upload's bytes, held by the caller until ``release()`` or ``remove()``. See ``UploadStore``.
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

    /// Removes the upload's bytes and releases the lease.
    /// - Returns: the bytes freed.
    @discardableResult
    func remove() async throws(MediaError) -> ByteCount

    /// Releases the lease. Nothing may be called afterwards.
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
