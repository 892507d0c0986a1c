/// How much the staging area may hold.
package struct UploadQuota: Sendable, Hashable {
    /// Open uploads of one client.
    package var maximumOpenPerClient: Int
    /// Bytes reserved by all open uploads.
    package var maximumStagingSize: ByteCount
    /// What one owner may have; not only in the staging area.
    package var owner: OwnerQuota

    package init(maximumOpenPerClient: Int, maximumStagingSize: ByteCount, owner: OwnerQuota = OwnerQuota()) {
        self.maximumOpenPerClient = maximumOpenPerClient
        self.maximumStagingSize = maximumStagingSize
        self.owner = owner
    }
}
