import Access

/// Why a credential proves nothing.
///
/// Cases carry what the one who sent it may know; never the credential, or a part of it.
package enum CredentialError: Error, Hashable, Sendable {
    /// It has not the form of any credential.
    case malformed
    /// Longer than any that is read.
    case tooLong(limit: Int)
    /// Signed with an algorithm, or a key, that is not among those that are trusted.
    case untrusted
    /// The signature is not right.
    case forged
    /// It counted until a moment ago, or long ago.
    case expired
    /// It does not count yet.
    case notYetValid
    /// It was made for others.
    case wrongAudience
    /// It was made by others.
    case wrongIssuer
    /// It is genuine, and what it says makes no sense; the sentence says what.
    case unusable(String)
    /// It was taken back, or never given out.
    case unknown
}

extension CredentialError {
    /// Names nobody.
    static let unusableSubject = Self.unusable(
        "sub has 1 to \(Principal.maximumSubjectLengthBytes) bytes, and no U+0000."
    )
}

extension CredentialError: CustomStringConvertible {
    /// What happened, and what to do.
    package var description: String {
        switch self {
        case .malformed: "The credential is none: send Authorization: Bearer with a key, a token or a grant."
        case .tooLong(let limit): "The credential is longer than \(limit) bytes."
        case .untrusted: "The token is signed with an algorithm or a key that is not trusted here."
        case .forged: "The signature is not right."
        case .expired: "The credential has expired. Get a new one."
        case .notYetValid: "The credential does not count yet. Check the clocks."
        case .wrongAudience: "The token is meant for another service."
        case .wrongIssuer: "The token comes from an issuer that is not trusted here."
        case .unusable(let reason): reason
        case .unknown: "The key is not known here. It may have been revoked."
        }
    }
}
