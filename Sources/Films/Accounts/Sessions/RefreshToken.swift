import Crypto
import FoundationEssentials

/// What the refresh cookie holds: which session and which generation, a secret of 256 bits, and the proof that it was once given out.
///
/// The proof is what tells a token that was replaced long ago, of which nothing is kept, from one that somebody made up: only the first
/// ends the session.
struct RefreshToken: Hashable, Sendable {
    let sessionID: RecordID
    let generation: Int64
    let secret: [UInt8]
    let proof: [UInt8]

    private static let lengths = (session: 16, generation: 8, secret: 32, proof: 16)
    private static let length = 72

    /// A token of a family.
    ///
    /// - Parameters:
    ///   - secret: 32 bytes.
    ///   - key: of the session (``RefreshFamily``).
    init(sessionID: RecordID, generation: Int64, secret: [UInt8], key: [UInt8]) {
        self.sessionID = sessionID
        self.generation = generation
        self.secret = secret
        self.proof = Self.proof(sessionID, generation, secret, key)
    }

    /// Reads the text of one; nil for anything else.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == Self.length / 3 * 4, let bytes = Base64URL.decode(text), bytes.count == Self.length
        else { return nil }
        var rest = bytes[...]
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        let session = take(Self.lengths.session)
        guard let sessionID = RecordID(bytes: session) else { return nil }
        self.sessionID = sessionID
        self.generation = take(Self.lengths.generation).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        self.secret = take(Self.lengths.secret)
        self.proof = take(Self.lengths.proof)
    }

    /// For the cookie.
    var text: String {
        Base64URL.encode(self.sessionID.bytes + Self.bytes(of: self.generation) + self.secret + self.proof)
    }

    /// What is kept of it.
    var digest: [UInt8] { Array(SHA256.hash(data: Array(self.text.utf8))) }

    /// Whether the session gave it out, at whatever time.
    func isProven(by key: [UInt8]) -> Bool {
        let proof = Self.proof(self.sessionID, self.generation, self.secret, key)
        return zip(proof, self.proof).reduce(UInt8(0)) { $0 | $1.0 ^ $1.1 } == 0
    }

    private static func proof(_ session: RecordID, _ generation: Int64, _ secret: [UInt8], _ key: [UInt8]) -> [UInt8] {
        let message = session.bytes + Self.bytes(of: generation) + secret
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))
        return Array(code.prefix(Self.lengths.proof))
    }

    private static func bytes(of number: Int64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}

extension RecordID {
    /// The 16 bytes.
    var bytes: [UInt8] { withUnsafeBytes(of: self.uuid.uuid) { Array($0) } }

    fileprivate init?(bytes: [UInt8]) {
        let hex = bytes.hexadecimal
        guard hex.utf8.count == 32 else { return nil }
        let parts = [
            hex.prefix(8), hex.dropFirst(8).prefix(4), hex.dropFirst(12).prefix(4), hex.dropFirst(16).prefix(4),
        ]
        self.init((parts + [hex.dropFirst(20)]).joined(separator: "-"))
    }
}
