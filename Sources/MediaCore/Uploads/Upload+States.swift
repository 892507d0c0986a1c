// How an upload goes from one state to the next, said once for all who keep or change its record.

extension Upload {
    /// Whether the upload has all its bytes and is to become a file without another request. With tus the length alone says so;
    /// the other protocol says it in a request of its own, and a partial upload waits to be concatenated.
    /// - Parameter offset: its durable bytes.
    package func isReceivedWhole(at offset: ByteCount) -> Bool {
        self.state == .receiving && self.kind == .whole && self.transport == .tus && offset == self.length
    }

    /// The record once the upload has become a file: what ``Catalog/finish(_:)`` writes.
    package func completed(by file: MediaFile) -> Upload {
        var upload = self
        upload.state = .complete
        upload.fileID = file.id
        upload.problem = nil
        upload.updatedAt = file.updatedAt
        return upload
    }
}
