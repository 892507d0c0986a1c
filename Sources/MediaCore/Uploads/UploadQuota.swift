/// How much the staging area may hold.
package struct UploadQuota: Sendable, Hashable {
    /// Open uploads of one client.
    package var maximumOpenPerClient: Int
    /// Bytes reserved by all open uploads.
    package var maximumStagingSize: ByteCount

    package init(maximumOpenPerClient: Int, maximumStagingSize: ByteCount) {
        self.maximumOpenPerClient = maximumOpenPerClient
        self.maximumStagingSize = maximumStagingSize
    }
}
