import HTTPTypes
import MediaCore

/// The credential of a request, as RFC 6750 section 2.1 has it.
enum BearerCredential {
    /// - Returns: nil where the request has none.
    /// - Throws: `token_invalid` for a field that is there and cannot be one, or is there twice.
    static func text(of fields: HTTPFields) throws(MediaError) -> String? {
        let values = fields[values: .authorization]
        guard let value = values.first else { return nil }
        let words = value.split(separator: " ", maxSplits: 1)
        guard values.count == 1, words.count == 2, words[0].lowercased() == "bearer" else {
            throw MediaError(.tokenInvalid, "Authorization must be there once: Bearer with a key, a token or a grant.")
        }
        return String(words[1].drop { $0 == " " })
    }
}
