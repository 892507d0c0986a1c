import HTTPSemantics
import Testing

@Suite("Errors that stand in problems")
struct ErrorWordsTests {
    private static let paths: [PercentPathError] = [
        .notAPath, .tooLong, .invalidPercentEncoding, .controlCharacter, .fragment, .dotSegment, .separatorInSegment,
        .invalidUTF8, .emptySegment,
    ]
    private static let queries: [QueryItemsError] = [.invalidPercentEncoding, .invalidUTF8, .nulByte, .tooManyItems]
    private static let forms: [MultipartError] = [
        .invalidBoundary, .malformedDelimiter, .headersTooLong, .tooManyHeaders, .malformedHeader, .missingName,
        .unsupportedTransferEncoding, .tooManyParts, .preambleTooLong, .epilogueTooLong, .truncated,
    ]

    @Test("are told in words, not by the names of our code")
    func words() {
        let texts = Self.paths.map { "\($0)" } + Self.queries.map { "\($0)" } + Self.forms.map { "\($0)" }
        for text in texts {
            #expect(text.split(separator: " ").count >= 3, "\(text)")
            #expect(text.firstMatch(of: /[a-z][A-Z][a-z]/) == nil, "\(text)")
        }
    }
}
