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

    /// What the size of a file may be under this grant and the rules of the collection.
    ///
    /// - Parameter limit: the collection's, in bytes.
    package func maximumSize(within limit: Int64) -> Int64 {
        [self.maximumSize, self.size].compactMap { $0 }.reduce(limit, min)
    }

    /// Whether a type that the collection takes is taken under this grant too.
    package func allows(_ type: MediaType) -> Bool {
        self.types?.contains { type.matches(pattern: $0) } ?? true
    }
}
