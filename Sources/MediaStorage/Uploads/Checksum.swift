import Crypto
import MediaCore

/// A checksum of bytes that come in pieces.
struct Checksum: Sendable {
    private var hasher: Hasher

    private enum Hasher: Sendable {
        case sha1(Insecure.SHA1)
        case sha256(ContentHasher)
        case sha512(SHA512)
        case md5(Insecure.MD5)
        case crc(CyclicRedundancyCheck)
    }

    init(_ algorithm: ChecksumAlgorithm) {
        self.hasher =
            switch algorithm {
            case .sha1: .sha1(Insecure.SHA1())
            case .sha256: .sha256(ContentHasher())
            case .sha512: .sha512(SHA512())
            case .md5: .md5(Insecure.MD5())
            case .crc32: .crc(CyclicRedundancyCheck(.crc32))
            case .crc32c: .crc(CyclicRedundancyCheck(.crc32c))
            }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch self.hasher {
        case .sha1(var hasher):
            hasher.update(bufferPointer: bytes)
            self.hasher = .sha1(hasher)
        case .sha256(var hasher):
            hasher.update(bytes)
            self.hasher = .sha256(hasher)
        case .sha512(var hasher):
            hasher.update(bufferPointer: bytes)
            self.hasher = .sha512(hasher)
        case .md5(var hasher):
            hasher.update(bufferPointer: bytes)
            self.hasher = .md5(hasher)
        case .crc(var hasher):
            hasher.update(bytes)
            self.hasher = .crc(hasher)
        }
    }

    /// The checksum's bytes; those of a CRC in network byte order.
    func finalize() throws(MediaError) -> [UInt8] {
        switch self.hasher {
        case .sha1(let hasher): Array(hasher.finalize())
        case .sha256(let hasher): try hasher.finalize().bytes
        case .sha512(let hasher): Array(hasher.finalize())
        case .md5(let hasher): Array(hasher.finalize())
        case .crc(let hasher): hasher.bytes
        }
    }
}
