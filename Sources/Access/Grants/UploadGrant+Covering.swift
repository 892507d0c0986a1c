package import MediaCore
package import Primitives

extension UploadGrant {
    /// Whether an upload may go there by this grant.
    ///
    /// - Parameter name: as it would be stored; nil where the daemon chooses.
    package func covers(collection: String, name: String?) -> Bool {
        self.files.covers(collection: collection, name: name)
    }

    /// Whether an upload may begin at this time. `leeway`: by how much the clocks of two machines may differ.
    package func mayBegin(at time: Timestamp, leeway: Duration) -> Bool {
        time.microseconds <= self.end.microseconds + leeway.components.seconds * 1_000_000
    }

    /// What an upload that begins with this grant has to keep to.
    package var conditions: UploadConditions {
        UploadConditions(
            grant: GrantClaim(id: self.id, expiresAt: self.end),
            types: self.types,
            maximumSize: self.maximumSize.map { ByteCount(bytes: $0) },
            size: self.size.map { ByteCount(bytes: $0) },
            digest: self.digest,
            mayReplace: self.replaces
        )
    }
}
