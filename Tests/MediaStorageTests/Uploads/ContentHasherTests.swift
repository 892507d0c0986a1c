import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("SHA-256 that can be interrupted")
struct ContentHasherTests {
    private static func hasher(_ bytes: [UInt8]) -> ContentHasher {
        var hasher = ContentHasher()
        bytes.withUnsafeBytes { hasher.update($0) }
        return hasher
    }

    @Test(
        "Published vectors (FIPS 180-4, NIST)",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func vectors(_ text: String, _ digest: String) throws {
        #expect(try Self.hasher(Array(text.utf8)).finalize().hex == digest)
    }

    @Test("A state that was kept goes on to the digest of one pass, wherever it was cut")
    func cuts() throws {
        var numbers = SeededNumbers(test: 3)
        let bytes = numbers.bytes(10_000)
        let expected = sha256(bytes)
        let chosen = Array(0...130) + (0..<200).map { _ in Int.random(in: 0...bytes.count, using: &numbers) }
        for cut in chosen {
            let state = Self.hasher(Array(bytes[..<cut])).state
            var second = try #require(ContentHasher(state: state, after: ByteCount(bytes: Int64(cut))))
            bytes[cut...].withUnsafeBytes { second.update($0) }
            #expect(try second.finalize().bytes == expected, "cut at \(cut)")
        }
    }

    @Test("Taking the digest ends nothing, and a copy goes on by itself")
    func values() throws {
        let first = Self.hasher([1, 2, 3])
        var second = first
        [UInt8(4)].withUnsafeBytes { second.update($0) }
        #expect(try first.finalize().bytes == sha256([1, 2, 3]))
        #expect(try first.finalize().bytes == sha256([1, 2, 3]))
        #expect(try second.finalize().bytes == sha256([1, 2, 3, 4]))
    }

    @Test("A length beyond 512 MiB, where the bit count takes its second word, is kept")
    func longBitCount() throws {
        let block = [UInt8](repeating: 0x5A, count: 1 << 20)
        var hasher = ContentHasher()
        for _ in 0..<513 { block.withUnsafeBytes { hasher.update($0) } }
        let length = ByteCount.mebibytes(513)
        let restored = try #require(ContentHasher(state: hasher.state, after: length))
        #expect(try restored.finalize() == hasher.finalize())
    }

    @Test("What is no state of that many bytes is refused: libcrypto would write outside of its block")
    func refused() throws {
        let state = Self.hasher([UInt8](repeating: 1, count: 100)).state
        let length = ByteCount(bytes: 100)
        #expect(ContentHasher(state: state, after: length) != nil)
        #expect(ContentHasher(state: state, after: ByteCount(bytes: 36)) == nil)
        #expect(ContentHasher(state: state, after: ByteCount(bytes: 101)) == nil)
        #expect(ContentHasher(state: state, after: ByteCount(bytes: -1)) == nil)
        #expect(ContentHasher(state: Array(state.dropLast()), after: length) == nil)
        #expect(ContentHasher(state: state + [0], after: length) == nil)
        #expect(ContentHasher(state: [], after: length) == nil)
        #expect(ContentHasher(state: [UInt8](repeating: 0xFF, count: state.count), after: length) == nil)
        // The last two words: how full the block is, and how long the digest.
        for index in state.count - 8..<state.count {
            var changed = state
            changed[index] ^= 0x80
            #expect(ContentHasher(state: changed, after: length) == nil)
        }
    }
}
