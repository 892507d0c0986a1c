import Crypto
import FoundationEssentials

/// Who may read a list.
enum PlaylistVisibility: String, CaseIterable, Sendable {
    /// The owner.
    case `private`
    /// Whoever has the link.
    case link

    /// What the list's token becomes. A link that there is stays as it is; one that was taken back never comes again.
    func token(instead present: String?) -> String? {
        switch self {
        case .private: nil
        case .link: present ?? Self.newToken()
        }
    }

    /// 192 random bits in base64url.
    private static func newToken() -> String {
        Base64URL.encode(SymmetricKey(size: .init(bitCount: 192)).withUnsafeBytes { Array($0) })
    }

    /// Whether a text may be a token, so that nothing else is looked up.
    static func isToken(_ text: String) -> Bool {
        (16...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
