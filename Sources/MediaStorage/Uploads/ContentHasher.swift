import CLibcrypto
package import MediaCore

/// SHA-256 (FIPS 180-4) of bytes that come in pieces, as a value: a copy goes on by itself, and its state can be kept and gone
/// on with by another process.
///
/// libcrypto's `SHA256_CTX` (SHA256_Init(3)): other hashers hide their state.
package struct ContentHasher: Sendable {
    private var context: SHA256_CTX

    /// The hash of nothing so far.
    package init() {
        self.context = SHA256_CTX()
        SHA256_Init(&self.context)
    }

    /// Goes on from a ``state``.
    /// - Returns: nil unless it is the state of a SHA-256 of `count` bytes.
    package init?(state: [UInt8], after count: ByteCount) {
        guard state.count == Self.stateLengthBytes, count.bytes >= 0 else { return nil }
        self.context = SHA256_CTX()
        withUnsafeMutableBytes(of: &self.context) { $0.copyBytes(from: state) }
        // A foreign value of `num` would make libcrypto write outside of its block.
        let bits = UInt64(self.context.Nh) << 32 | UInt64(self.context.Nl)
        guard self.context.md_len == UInt32(SHA256_DIGEST_LENGTH), self.context.num == UInt32(count.bytes % 64),
            bits == UInt64(count.bytes) &* 8
        else { return nil }
    }

    /// Length of ``state`` in bytes.
    package static var stateLengthBytes: Int { MemoryLayout<SHA256_CTX>.size }

    /// What has been hashed so far, in this machine's byte order.
    package var state: [UInt8] { withUnsafeBytes(of: self.context) { Array($0) } }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&self.context, bytes.baseAddress, bytes.count)
    }

    /// The digest of all bytes so far; more may come afterwards.
    package func finalize() throws(MediaError) -> Digest {
        var context = self.context
        var bytes = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256_Final(&bytes, &context)
        guard let digest = Digest(bytes: bytes) else {
            throw MediaError(.internalError, "A SHA-256 did not have 32 bytes.")
        }
        return digest
    }
}
