/// Why a multipart/form-data body was refused. After one of these the parser takes no more bytes.
package enum MultipartError: Error, Hashable, Sendable {
    /// The boundary is not 1 to 70 characters of `bchars` (RFC 2046 5.1.1).
    case invalidBoundary
    /// A delimiter line that ends in something other than optional blanks and CRLF.
    case malformedDelimiter
    /// A part's header block longer than ``MultipartLimits/maximumHeaderBytes``.
    case headersTooLong
    /// More fields in one part than ``MultipartLimits/maximumHeaders``.
    case tooManyHeaders
    /// A header line that is no field: no colon, no name, a folded line, a control character, a bare CR or LF.
    case malformedHeader
    /// No Content-Disposition of type `form-data` with a `name`, or more than one (RFC 7578 4.2).
    case missingName
    /// A Content-Transfer-Encoding that would have to be undone (deprecated by RFC 7578 4.7).
    case unsupportedTransferEncoding
    /// More parts than ``MultipartLimits/maximumParts``.
    case tooManyParts
    /// More bytes before the first delimiter than ``MultipartLimits/maximumPreambleBytes``.
    case preambleTooLong
    /// More bytes after the last delimiter than ``MultipartLimits/maximumEpilogueBytes``.
    case epilogueTooLong
    /// The body ended before its closing delimiter.
    case truncated
}

extension MultipartError: CustomStringConvertible {
    /// What is wrong, behind a colon.
    package var description: String {
        switch self {
        case .invalidBoundary: "the boundary is not 1 to 70 of the characters that it may have"
        case .malformedDelimiter: "a line with the boundary goes on behind it"
        case .headersTooLong: "the fields of a part are too long"
        case .tooManyHeaders: "a part has too many fields"
        case .malformedHeader: "a line among the fields of a part is no field"
        case .missingName: "a part has no Content-Disposition of type form-data with a name, or several"
        case .unsupportedTransferEncoding: "a part has a Content-Transfer-Encoding, which is not undone"
        case .tooManyParts: "it has too many parts"
        case .preambleTooLong: "there is too much in front of the first part"
        case .epilogueTooLong: "there is too much behind the last part"
        case .truncated: "it ends before its last boundary"
        }
    }
}

/// Bounds on what is not file content. The content itself is bounded by whoever stores it.
package struct MultipartLimits: Hashable, Sendable {
    /// Bytes of one part's header block.
    package var maximumHeaderBytes: Int
    /// Fields of one part.
    package var maximumHeaders: Int
    /// Parts of one body.
    package var maximumParts: Int
    /// Bytes before the first delimiter.
    package var maximumPreambleBytes: Int
    /// Bytes after the closing delimiter.
    package var maximumEpilogueBytes: Int

    package init(
        maximumHeaderBytes: Int = 16 * 1024,
        maximumHeaders: Int = 32,
        maximumParts: Int = 128,
        maximumPreambleBytes: Int = 8 * 1024,
        maximumEpilogueBytes: Int = 64 * 1024
    ) {
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaders = maximumHeaders
        self.maximumParts = maximumParts
        self.maximumPreambleBytes = maximumPreambleBytes
        self.maximumEpilogueBytes = maximumEpilogueBytes
    }
}
