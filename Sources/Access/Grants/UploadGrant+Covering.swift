package import MediaCore
import Primitives

extension UploadGrant {
    /// Whether an upload may go there by this grant.
    ///
    /// - Parameter name: as it would be stored; nil where the daemon chooses.
    package func covers(collection: String, name: String?) -> Bool {
        self.files.covers(collection: collection, name: name)
    }

    /// Whether a text is a pattern of media types: `image/png`, `image/*`. At most 100 bytes, in lower case.
    package static func isTypePattern(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isToken = parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-._*".utf8.contains(byte)
                }
        }
        return parts.count == 2 && text.utf8.count <= 100 && isToken
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
