import HTTPServing
import NIOCore
import Testing

@testable import Films

@Suite("The last message of a stream")
struct SyncEndingTests {
    @Test("Says why in the language of the client; codes and members are the same in all")
    func languages() {
        let ending = SyncEnding.misuse(.tokenOfAnother)
        #expect(
            String(buffer: ending.message(in: .fr)).contains("\"detail\":\"Le jeton est celui d’un autre compte.\"")
        )
        #expect(String(buffer: ending.message(in: .en)).contains("\"detail\":\"The token is another account's.\""))
        let busy = SyncEnding.refused(FilmsError(.busy, .tooManyFollow, retryAfter: 5))
        for language in Language.allCases {
            let text = String(buffer: busy.message(in: language))
            #expect(text.contains("\"code\":\"busy\"") && text.contains("\"retryAfterSeconds\":5"), "\(text)")
            #expect(text.contains(ProblemText(.tooManyFollow, seconds: 5).words(in: language)), "\(text)")
        }
        let expired = FilmsError(
            .cursorExpired,
            .cursorExpired,
            members: ["floor": .text("e.1"), "head": .text("e.9")]
        )
        let resync = SyncEnding.refused(expired).message(in: .fr)
        #expect(resync == SyncMessage.resync(floor: "e.1", head: "e.9"))
    }
}
