import Credentials
import Hummingbird
import MediaCore
import MediaEngine
import Primitives

/// What the address of a request says of itself: whether it lets whoever has it read what it is of, and until when.
struct AddressClaim: Hashable, Sendable {
    /// Nil where it has nothing of the kind.
    private let verdict: AddressSigner.Verdict?
    /// Whether it has a signature and no expiry: that of free parameters, or what is left of a signed address.
    private let isHalf: Bool

    /// One that says nothing.
    static let none = AddressClaim(verdict: nil, isHalf: false)

    private init(verdict: AddressSigner.Verdict?, isHalf: Bool) {
        self.verdict = verdict
        self.isHalf = isHalf
    }

    /// - Parameter target: of a GET or HEAD, in origin form, as it was sent.
    init(target: String, service: AccessService) {
        let verdict = service.verdict(on: target)
        self.init(verdict: verdict == .unsigned ? nil : verdict, isHalf: AddressSigner.isHalf(target))
    }

    /// Until when it is good; nil where it is not signed.
    /// - Throws: `signature_expired`, `signature_invalid`.
    func end() throws(MediaError) -> Timestamp? {
        switch self.verdict {
        case nil, .unsigned: return nil
        case .valid(let end): return end
        case .expired:
            throw MediaError(.signatureExpired, Self.expiry)
        case .forged: throw Self.invalid
        }
    }

    /// Until when it is good; nil where it is not, for whatever reason.
    var goodUntil: Timestamp? {
        guard case .valid(let end) = self.verdict else { return nil }
        return end
    }

    /// Whether it says that it is signed, and is not.
    var isForged: Bool { self.verdict == .forged }

    /// Whether it is a signed address that has expired.
    var isExpired: Bool { self.verdict == .expired }

    /// - Throws: `signature_invalid` where the signature has lost its expiry, instead of a question for credentials.
    func requireWhole() throws(MediaError) {
        if self.isHalf { throw Self.invalid }
    }

    static let expiry = "This signed address has expired; ask for a new one where it came from."

    private static let invalid = MediaError(
        .signatureInvalid,
        """
        The signature is not one of this address. expires and signature must be the last parameters, and everything before them as it \
        was when it was signed.
        """
    )
}
