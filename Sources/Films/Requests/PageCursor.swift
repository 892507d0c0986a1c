import Crypto
import FoundationEssentials

/// Where a list goes on, as a text that only this service can make: it is bound to the query and to the account.
package struct PageCursor: Sendable {
    private let key: SymmetricKey

    /// - Parameter secret: the same in all processes of the service, and in its next start.
    package init(secret: [UInt8]) {
        self.key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Data("films page cursor".utf8),
            outputByteCount: 32
        )
    }

    /// Makes a cursor of the values that the last record of a page was sorted by.
    ///
    /// - Parameter scope: what the cursor is good for: the account and the query, without limit and cursor.
    package func text(of values: [String?], scope: String) -> String {
        let payload = (try? JSONEncoder().encode(values)) ?? Data()
        let tag = HMAC<SHA256>.authenticationCode(for: Self.input(payload, scope), using: self.key)
        return Base64URL.encode(Data(tag) + payload)
    }

    /// - Throws: ``FilmsError`` `invalid_cursor` for one of another query or account, and for anything else.
    package func values(in text: String, scope: String) throws(FilmsError) -> [String?] {
        guard text.utf8.count <= Self.maximumLength, let bytes = Base64URL.decode(text), bytes.count > Self.tagBytes
        else { throw Self.invalid }
        let (tag, payload) = (Data(bytes.prefix(Self.tagBytes)), Data(bytes.dropFirst(Self.tagBytes)))
        guard
            HMAC<SHA256>.isValidAuthenticationCode(tag, authenticating: Self.input(payload, scope), using: self.key),
            let values = try? JSONDecoder().decode([String?].self, from: payload)
        else { throw Self.invalid }
        return values
    }

    private static let tagBytes = SHA256.byteCount
    /// Bytes of a cursor, at most.
    private static let maximumLength = 500

    /// The length in front keeps scope and payload apart.
    private static func input(_ payload: Data, _ scope: String) -> Data {
        Data("\(scope.utf8.count):\(scope)".utf8) + payload
    }

    private static var invalid: FilmsError {
        FilmsError(.invalidCursor, .cursorOfAnotherList)
    }
}
