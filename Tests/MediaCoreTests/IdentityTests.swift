import Foundation
import MediaCore
import Testing

@Suite("Digests and ids")
struct IdentityTests {
    @Test("A digest goes to hexadecimal and back; its prefix is the first 32 digits")
    func digestRoundTrip() throws {
        let digest = try #require(Digest(bytes: (0..<32).map { UInt8($0 * 8) }))
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest(hex: digest.hex.uppercased()) == digest)
        #expect(digest.hex.hasPrefix(digest.prefix))
        #expect(digest.prefix.count == 32)
        let decoded = try JSONDecoder().decode([Digest].self, from: JSONEncoder().encode([digest]))
        #expect(decoded == [digest])
    }

    @Test(
        "Malformed digests are refused",
        arguments: [
            "", "0", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
            String(repeating: "g", count: 64), String(repeating: "０", count: 64),
            " " + String(repeating: "0", count: 63), "0x" + String(repeating: "0", count: 62),
        ]
    )
    func badDigest(_ text: String) {
        #expect(Digest(hex: text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Digest].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test("31 and 33 bytes are no digest")
    func wrongLength() {
        #expect(Digest(bytes: Array(repeating: 0, count: 31)) == nil)
        #expect(Digest(bytes: Array(repeating: 0, count: 33)) == nil)
    }

    @Test("An id is a UUID version 7 of its millisecond (RFC 9562, section 5.7)")
    func version7() throws {
        // The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22Z is 017F22E2-79B0.
        let id = MediaID(now: Timestamp(microseconds: 1_645_557_742_000_000))
        #expect(id.description.hasPrefix("017f22e2-79b0-7"))
        for _ in 0..<200 {
            let bytes = MediaID(now: Timestamp(microseconds: 1_795_366_759_123_456)).bytes
            #expect(bytes[6] >> 4 == 7)
            #expect(bytes[8] >> 6 == 0b10)
        }
    }

    @Test("Ids sort by their millisecond, as values and as text, and do not repeat within one")
    func ordering() {
        let times = [0, 1, 999, 1000, 1_645_557_742_000, 253_402_300_799_999].map { Timestamp(microseconds: $0 * 1000) }
        let ids = times.map { MediaID(now: $0) }
        #expect(ids.sorted() == ids)
        #expect(ids.map(\.description).sorted() == ids.map(\.description))
        #expect(Set((0..<1000).map { _ in MediaID(now: Timestamp(microseconds: 0)) }).count == 1000)
    }

    @Test("A time before 1970 gives an id, not a trap")
    func negativeTime() {
        #expect(MediaID(now: Timestamp(microseconds: -5)).description.hasPrefix("00000000-0000-7"))
    }

    @Test("An id goes to text and back")
    func idRoundTrip() throws {
        let id = MediaID(now: Timestamp(microseconds: 1_795_366_759_123_456))
        #expect(MediaID(id.description) == id)
        #expect(MediaID(id.description.uppercased()) == id)
        #expect(MediaID(bytes: id.bytes) == id)
        #expect(try JSONDecoder().decode([MediaID].self, from: JSONEncoder().encode([id])) == [id])
        #expect(UUID(uuidString: id.description)?.uuidString.lowercased() == id.description)
    }

    @Test(
        "Malformed ids are refused",
        arguments: [
            "", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
            "017f22e279b07cc398c4dc0c0c07398f",
            "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", "017f22e2-79b0-7cc3-98c4_dc0c0c07398f",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
            "017f22e27-9b0-7cc3-98c4-dc0c0c07398f", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "../../../../../../etc/passwd........",
        ]
    )
    func badID(_ text: String) {
        #expect(MediaID(text) == nil)
    }

    @Test("15 and 17 bytes are no id")
    func wrongIDLength() {
        #expect(MediaID(bytes: Array(repeating: 0, count: 15)) == nil)
        #expect(MediaID(bytes: Array(repeating: 0, count: 17)) == nil)
    }
}
