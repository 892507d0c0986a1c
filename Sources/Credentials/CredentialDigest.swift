import Crypto

/// The SHA-256 of a credential, by which it is known again without being kept.
package struct CredentialDigest: Hashable, Sendable {
    private let digest: SHA256Digest

    /// - Parameter bytes: of the credential, as it was sent.
    package init(_ bytes: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        self.digest = hash.finalize()
    }

    /// - Parameter text: the credential; its UTF-8 is what was sent.
    package init(_ text: String) {
        var text = text
        self = text.withUTF8 { CredentialDigest(UnsafeRawBufferPointer($0)) }
    }
}
