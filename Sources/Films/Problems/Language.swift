import HTTPSemantics
package import HTTPTypes

/// A language that problems are told in, and that a person can choose.
package enum Language: String, CaseIterable, Codable, Sendable {
    case en, fr

    /// The best for a client by its `Accept-Language` (RFC 9110 section 12.5.4); English where it likes none of ours.
    package static func preferred(by fields: HTTPFields) -> Language {
        let wanted = LanguageNegotiation(fields[values: .acceptLanguage])
        return wanted.preferred(of: Self.allCases.map(\.rawValue)).flatMap { Language(rawValue: $0) } ?? .en
    }
}
