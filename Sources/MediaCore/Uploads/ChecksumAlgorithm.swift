/// Checksums that a request's bytes can be verified with; the raw value is the name in tus' `Upload-Checksum`.
package enum ChecksumAlgorithm: String, Sendable, Hashable, CaseIterable {
    case sha1
    case sha256
    case sha512
    case md5
    case crc32
    case crc32c

    /// Length of its value in bytes. Those of the CRCs are in network byte order.
    package var lengthBytes: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        case .md5: 16
        case .crc32, .crc32c: 4
        }
    }
}
