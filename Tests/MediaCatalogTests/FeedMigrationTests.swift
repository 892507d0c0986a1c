import ServiceSupport
import Testing

@testable import MediaCatalog

@Suite("The migration of the feed")
struct FeedMigrationTests {
    @Test(
        "Rendered from the schema that other services' feeds have too, it is the text that was applied, byte for byte"
    )
    func text() {
        // FNV-1a, 64 bits, of the text as it was written out before.
        let digest = Migration.feed.script.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        #expect(Migration.feed.script.utf8.count == 18496)
        #expect(digest == 0x7456_ad4c_fb8c_7058)
    }
}
