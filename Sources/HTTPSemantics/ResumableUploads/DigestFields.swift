/// A digest with the algorithm that made it (RFC 9530).
package struct DigestValue: Hashable, Sendable {
    /// The algorithms that are not marked as insecure (RFC 9530 section 5).
    package enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case sha256 = "sha-256"
        case sha512 = "sha-512"

        /// Length of its digests in bytes.
        package var lengthBytes: Int { self == .sha256 ? 32 : 64 }
    }

    /// What made it.
    package var algorithm: Algorithm

    /// The digest.
    package var value: [UInt8]

    /// A digest of whatever length.
    package init(_ algorithm: Algorithm, _ value: [UInt8]) {
        self.algorithm = algorithm
        self.value = value
    }
}

/// `Content-Digest`, `Repr-Digest` and what asks for them (RFC 9530).
package enum DigestFields {
    /// The digests of a `Content-Digest` or `Repr-Digest` in known algorithms, in order.
    ///
    /// Empty when there is none. What cannot be read is refused, which RFC 9651 4.2 allows: to ignore it would be to skip the check that
    /// was asked for.
    /// - Throws: ``UploadFieldError/Kind/malformed`` when the value is no Dictionary, or one of a known algorithm is no byte sequence
    ///   of the length that its algorithm makes.
    package static func parse(_ text: String) throws(UploadFieldError) -> [DigestValue] {
        guard let members = StructuredField.byteSequences(text) else {
            throw UploadFieldError(.malformed, "digests must be a Dictionary such as sha-256=:...:")
        }
        var digests: [DigestValue] = []
        for (key, bytes) in members {
            guard let algorithm = DigestValue.Algorithm(rawValue: key) else { continue }
            guard let bytes, bytes.count == algorithm.lengthBytes else {
                throw UploadFieldError(
                    .malformed,
                    "a \(key) digest must be \(algorithm.lengthBytes) bytes in base64 between colons"
                )
            }
            digests.append(DigestValue(algorithm, bytes))
        }
        return digests
    }

    /// Whether a `Want-Repr-Digest` or `Want-Content-Digest` would have this algorithm: with a weight from 1 to 10.
    package static func wants(_ algorithm: DigestValue.Algorithm, _ text: String) -> Bool {
        guard let weight = StructuredField.integers(text)?[algorithm.rawValue] else { return false }
        return (1...10).contains(weight)
    }

    /// The same for all lines of the field: they are one Dictionary (RFC 9651 4.2).
    package static func wants(_ algorithm: DigestValue.Algorithm, lines: [String]) -> Bool {
        !lines.isEmpty && wants(algorithm, lines.joined(separator: ", "))
    }

    /// A field value: `sha-256=:...:`.
    package static func value(of digest: DigestValue) -> String {
        "\(digest.algorithm.rawValue)=:\(Base64.encode(digest.value)):"
    }

    /// A field value: `sha-256=:...:`.
    package static func value(sha256: [UInt8]) -> String { value(of: DigestValue(.sha256, sha256)) }
}
