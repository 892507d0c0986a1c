/// By which a webhook is listed, changed and deleted.
package struct WebhookID: Hashable, Sendable, CustomStringConvertible {
    /// 12 characters of base32 in lower case.
    package let text: String

    /// Takes an identifier back; nil for what cannot be one.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        self.text = String(text)
    }

    private init(made text: String) { self.text = text }

    /// A new one, which nobody can guess.
    package static func make() -> WebhookID {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<Self.length).map { _ in
            Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &generator)]
        }
        return WebhookID(made: String(decoding: bytes, as: UTF8.self))
    }

    package var description: String { self.text }

    private static let length = 12
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
}
