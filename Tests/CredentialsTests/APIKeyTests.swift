import Access
import Credentials
import MediaCore
import Testing

@Suite("Credentials: keys")
struct APIKeyTests {
    @Test("are recognized by what is kept of them, which is not the secret")
    func made() throws {
        let (text, key) = try #require(APIKey.make())
        #expect(text.utf8.count == APIKey.lengthBytes && text.hasPrefix("mk_\(key.id)_"))
        let sent = try #require(APIKey(text))
        #expect(sent == key && sent.hasDigest(key.digest))
        #expect(!text.contains(key.digest.hex))
        let other = try #require(APIKey.make())
        #expect(other.key.id != key.id && !other.key.hasDigest(key.digest))
    }

    @Test("of another form are none", arguments: ["", "mk_", "mk_abc", "sk_abcdefghabcd_"])
    func refused(text: String) throws {
        #expect(APIKey(text) == nil)
        let key = try #require(APIKey.make()).text
        for changed in [key + "A", String(key.dropLast()), key.uppercased(), key.replacing("_", with: "-")] {
            #expect(APIKey(changed) == nil, "\(changed)")
        }
    }
}
