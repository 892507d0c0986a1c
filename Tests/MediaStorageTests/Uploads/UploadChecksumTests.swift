import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("Checksums of one request")
struct UploadChecksumTests {
    private static func checksum(
        _ algorithm: ChecksumAlgorithm,
        of pieces: [[UInt8]],
        after earlier: [UInt8] = []
    ) async throws -> [UInt8] {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        let file = try await uploads.held(try await uploads.made(earlier))
        let append = try await file.append(verified: true)
        for piece in pieces { try append.take(piece) }
        let value = try await append.checksum(algorithm)
        #expect(value.count == algorithm.lengthBytes)
        #expect(try await append.commit().bytes == Int64(earlier.count + pieces.map(\.count).reduce(0, +)))
        await file.release()
        return value
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Of "123456789", the check input of the CRC catalogue; the hashes as coreutils print them.
    private static let ofDigits: [ChecksumAlgorithm: String] = [
        .crc32: "cbf43926",
        .crc32c: "e3069283",
        .md5: "25f9e794323b453885f5181f1b624d0b",
        .sha1: "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
        .sha256: "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
        .sha512: """
        d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274a\
        d27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85
        """,
    ]

    @Test("A7.51: the checksum is that of exactly this request's bytes", arguments: ChecksumAlgorithm.allCases)
    func digits(_ algorithm: ChecksumAlgorithm) async throws {
        let expected = try #require(Self.ofDigits[algorithm])
        let digits = Array("123456789".utf8)
        #expect(Self.hex(try await Self.checksum(algorithm, of: [digits])) == expected)
        let pieces = digits.map { [$0] }
        #expect(Self.hex(try await Self.checksum(algorithm, of: pieces, after: Array("before".utf8))) == expected)
    }

    @Test("The checksum of no bytes", arguments: [ChecksumAlgorithm.crc32, .crc32c, .md5])
    func nothing(_ algorithm: ChecksumAlgorithm) async throws {
        let expected = algorithm == .md5 ? "d41d8cd98f00b204e9800998ecf8427e" : "00000000"
        #expect(Self.hex(try await Self.checksum(algorithm, of: [])) == expected)
    }

    @Test("CRC-32C of the vectors in RFC 3720 section B.4")
    func castagnoli() async throws {
        let vectors: [([UInt8], String)] = [
            ([UInt8](repeating: 0, count: 32), "8a9136aa"), ([UInt8](repeating: 0xFF, count: 32), "62a8ab43"),
            (Array(0..<32), "46dd794e"), ((0..<32).reversed(), "113fdb5c"),
        ]
        for (bytes, expected) in vectors {
            #expect(Self.hex(try await Self.checksum(.crc32c, of: [bytes])) == expected)
        }
    }

    @Test("The CRCs of odd lengths are those of the bitwise definition", arguments: [ChecksumAlgorithm.crc32, .crc32c])
    func bitwise(_ algorithm: ChecksumAlgorithm) async throws {
        let polynomial: UInt32 = algorithm == .crc32 ? 0xEDB8_8320 : 0x82F6_3B78
        var numbers = SeededNumbers(test: 5)
        for length in [1, 7, 8, 9, 4097, 300_001] {
            let bytes = numbers.bytes(length)
            var register: UInt32 = 0xFFFF_FFFF
            for byte in bytes {
                register ^= UInt32(byte)
                for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ polynomial : register >> 1 }
            }
            let expected = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ~register >> $0) }
            let cut = length / 3
            #expect(try await Self.checksum(algorithm, of: [Array(bytes[..<cut]), Array(bytes[cut...])]) == expected)
        }
    }
}
