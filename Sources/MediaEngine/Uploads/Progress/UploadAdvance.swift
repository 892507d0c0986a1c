package import Access
package import MediaCore

/// How far a resumable upload has come: said while its bytes come, to whoever listens, and kept nowhere.
package struct UploadAdvance: Hashable, Sendable {
    /// The upload.
    package var id: UploadID
    /// Bytes that have come, those of earlier requests included. Not all of them are durable yet.
    package var received: ByteCount
    /// Bytes of the whole; nil until the client has said.
    package var length: ByteCount?
    /// Where the file is to go, as far as that is known.
    package var collection: String?
    package var name: String?
    /// Decides who may be told.
    package var upload: UploadReference
    package var at: Timestamp

    package init(
        id: UploadID,
        received: ByteCount,
        length: ByteCount?,
        collection: String?,
        name: String?,
        upload: UploadReference,
        at: Timestamp
    ) {
        self.id = id
        self.received = received
        self.length = length
        self.collection = collection
        self.name = name
        self.upload = upload
        self.at = at
    }
}

/// Somebody who is told how far uploads have come. No method may block.
package protocol UploadProgressSink: Sendable {
    /// What has changed since the last time, each upload once. A sink that has not taken the last one yet leaves this out: the next says
    /// the same and more.
    func progress(_ uploads: [UploadAdvance])
}
