import Crypto

/// The checksums of tus' `Upload-Checksum`, computed apart from the daemon.
enum Checksums {
    static let algorithms = ["sha1", "sha256", "sha512", "md5", "crc32", "crc32c"]

    static func value(_ algorithm: String, of bytes: [UInt8]) -> [UInt8] {
        switch algorithm {
        case "sha1": Array(Insecure.SHA1.hash(data: bytes))
        case "sha256": Array(SHA256.hash(data: bytes))
        case "sha512": Array(SHA512.hash(data: bytes))
        case "md5": Array(Insecure.MD5.hash(data: bytes))
        case "crc32": crc(bytes, 0xEDB8_8320)
        // Castagnoli's polynomial, bits reversed (RFC 3720, section 12.1).
        case "crc32c": crc(bytes, 0x82F6_3B78)
        default: []
        }
    }

    /// The field for these bytes.
    static func field(_ algorithm: String, of bytes: [UInt8]) -> (String, String) {
        ("Upload-Checksum", "\(algorithm) \(Tus.base64(value(algorithm, of: bytes)))")
    }

    /// A field of the right form that no bytes of these tests have.
    static func wrong(_ algorithm: String) -> (String, String) {
        let count = value(algorithm, of: []).count
        return ("Upload-Checksum", "\(algorithm) \(Tus.base64([UInt8](repeating: 0x5A, count: count)))")
    }

    private static func crc(_ bytes: [UInt8], _ polynomial: UInt32) -> [UInt8] {
        var value: UInt32 = ~0
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
        }
        return withUnsafeBytes(of: (~value).bigEndian) { Array($0) }
    }
}
