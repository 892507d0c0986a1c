/// What an upload is in a concatenation: the value of `Upload-Concat` (tus 1.0, "Concatenation").
package enum UploadConcatenation: Hashable, Sendable {
    /// One of the parts.
    case partial
    /// The whole, made of the uploads at these URLs, in this order; one may occur more than once.
    ///
    /// At least one; each is printable ASCII without spaces, absolute or relative. See ``UploadReference``.
    case final([String])

    /// Parses `partial` or `final;` with URLs behind it that spaces separate.
    ///
    /// - Throws: ``UploadFieldError/Kind/malformed`` for anything else.
    package init(parsing text: String) throws(UploadFieldError) {
        if text == "partial" {
            self = .partial
            return
        }
        let bytes = Array(text.utf8)
        let keyword = Array("final;".utf8)
        guard bytes.starts(with: keyword) else { throw Self.error }
        let urls = bytes.dropFirst(keyword.count).split(separator: .space)
        guard !urls.isEmpty, urls.allSatisfy({ $0.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw Self.error
        }
        self = .final(urls.map { String($0) })
    }

    private static var error: UploadFieldError {
        UploadFieldError(
            .malformed,
            "Upload-Concat must be \"partial\", or \"final;\" followed by the URLs of partial uploads with spaces between"
        )
    }
}
