/// What `Upload-Limit` tells (Resumable Uploads for HTTP, "Limits").
package struct UploadLimits: Hashable, Sendable {
    /// Bytes of the largest representation.
    package var maximumSize: Int64?
    /// Bytes of the smallest representation whose upload can be resumed.
    package var minimumSize: Int64?
    /// Bytes of the largest content of one request.
    package var maximumAppendSize: Int64?
    /// Bytes of the smallest content of one request that neither creates empty nor completes.
    package var minimumAppendSize: Int64?
    /// Seconds that the upload resource has left.
    package var maximumAge: Int64?

    /// The limits; nil where there is none.
    package init(
        maximumSize: Int64? = nil,
        minimumSize: Int64? = nil,
        maximumAppendSize: Int64? = nil,
        minimumAppendSize: Int64? = nil,
        maximumAge: Int64? = nil
    ) {
        self.maximumSize = maximumSize
        self.minimumSize = minimumSize
        self.maximumAppendSize = maximumAppendSize
        self.minimumAppendSize = minimumAppendSize
        self.maximumAge = maximumAge
    }

    /// The field value: a Dictionary of Integers, `min-size=0` when there are no limits.
    ///
    /// - Parameter version: the lifetime is called `max-age` since interop version 7, `expires` before; nil is the latest.
    package func fieldValue(for version: UploadInteropVersion?) -> String {
        let age = (version ?? .v8) >= .v7 ? "max-age" : "expires"
        let members: [(key: String, value: Int64?)] = [
            ("max-size", maximumSize), ("min-size", minimumSize), ("max-append-size", maximumAppendSize),
            ("min-append-size", minimumAppendSize), (age, maximumAge),
        ]
        let texts = members.compactMap { member in
            member.value.map { "\(member.key)=\(min(max($0, 0), StructuredField.greatestInteger))" }
        }
        return texts.isEmpty ? "min-size=0" : texts.joined(separator: ", ")
    }
}
