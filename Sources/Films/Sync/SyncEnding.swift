import HTTPServing
import NIOCore
import Primitives

/// Why a stream ends: what the client is told, in its language, and the close code.
struct SyncEnding: Sendable {
    /// For programs; the reason of the close frame, too.
    var code: String
    var closeCode: WebSocketCloseCode
    private var word: Word

    private enum Word: Sendable {
        case error(ProblemText, retryAfterSeconds: Int? = nil, at: FeedCursor? = nil)
        case resync(floor: String, head: String)
    }

    private init(_ code: String, _ closeCode: WebSocketCloseCode, _ word: Word) {
        self.code = code
        self.closeCode = closeCode
        self.word = word
    }

    private init(_ code: FilmsError.Code, _ closeCode: WebSocketCloseCode, _ word: Word) {
        self.init(code.rawValue, closeCode, word)
    }

    /// The last message.
    func message(in language: Language) -> ByteBuffer {
        switch self.word {
        case .error(let text, let seconds, let cursor):
            SyncMessage.error(self.code, text.words(in: language), retryAfterSeconds: seconds, at: cursor)
        case .resync(let floor, let head): SyncMessage.resync(floor: floor, head: head)
        }
    }

    static func unauthenticated(_ key: ProblemText.Key) -> SyncEnding {
        SyncEnding(.unauthenticated, .unauthenticated, .error(ProblemText(key)))
    }

    static var tokenExpired: SyncEnding {
        SyncEnding(.tokenExpired, .unauthenticated, .error(ProblemText(.tokenNotRenewed)))
    }

    static func misuse(_ key: ProblemText.Key) -> SyncEnding {
        SyncEnding(.invalidRequest, .policyViolation, .error(ProblemText(key)))
    }

    /// What went wrong while something was looked up.
    static func refused(_ error: FilmsError) -> SyncEnding {
        switch error.code {
        case .unauthenticated, .tokenInvalid, .tokenExpired:
            return SyncEnding(error.code, .unauthenticated, .error(error.text))
        case .cursorExpired:
            guard case .text(let floor) = error.members["floor"], case .text(let head) = error.members["head"] else {
                return SyncEnding(error.code, .normal, .error(error.text))
            }
            return SyncEnding(error.code, .normal, .resync(floor: floor, head: head))
        case .shuttingDown: return Self.shuttingDown(retryAfterSeconds: error.retryAfter ?? 1)
        default:
            let word = Word.error(error.text, retryAfterSeconds: error.retryAfter ?? 2)
            return SyncEnding(.busy, .tryAgainLater, word)
        }
    }

    static func slow(at cursor: FeedCursor) -> SyncEnding {
        SyncEnding("slow_reader", .tooSlow, .error(ProblemText(.slowReader), at: cursor))
    }

    static func shuttingDown(retryAfterSeconds seconds: Int) -> SyncEnding {
        let word = Word.error(ProblemText(.shuttingDown), retryAfterSeconds: seconds)
        return SyncEnding(.shuttingDown, .goingAway, word)
    }
}
