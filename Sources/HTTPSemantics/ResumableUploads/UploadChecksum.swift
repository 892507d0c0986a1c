/// A checksum of one request's bytes: the value of `Upload-Checksum` (tus 1.0, "Checksum").
package struct UploadChecksum: Hashable, Sendable {
    /// The algorithm's name, lowercase: `sha1`.
    package var algorithm: String

    /// The checksum; not empty. Whether its length suits the algorithm is for those to say who know the algorithm.
    package var value: [UInt8]

    /// Parses a name, one space and padded base64.
    ///
    /// - Throws: ``UploadFieldError/Kind/malformed`` for anything else. Names with capitals are no names.
    package init(parsing text: String) throws(UploadFieldError) {
        var scanner = FieldScanner(text)
        let name = scanner.run { $0.isTokenCharacter && $0 == $0.asciiLowercased }
        guard !name.isEmpty, scanner.take(.space) else { throw Self.error }
        let encoded = scanner.run { _ in true }
        guard !encoded.isEmpty, let value = Base64.decode(encoded) else { throw Self.error }
        self.algorithm = String(name)
        self.value = value
    }

    private static var error: UploadFieldError {
        UploadFieldError(
            .malformed,
            "Upload-Checksum must be the lowercase name of an algorithm, one space, and the checksum in padded base64"
        )
    }
}
