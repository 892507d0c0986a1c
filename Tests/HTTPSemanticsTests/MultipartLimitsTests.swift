import HTTPSemantics
import Testing

@Suite("Limits of multipart/form-data")
struct MultipartLimitsTests {
    private static let head = "Content-Disposition: form-data; name=\"a\"\r\n"

    private func outcome(_ body: String, _ limits: MultipartLimits) -> Result<Int, MultipartError> {
        Result { () throws(MultipartError) -> Int in
            try Form(Array(body.utf8), boundary: "B", chunks: [], limits: limits).parts.count
        }
    }

    @Test("Header bytes")
    func headerBytes() {
        let block = Self.head + "\r\n"
        let body = "--B\r\n\(block)x\r\n--B--"
        #expect(outcome(body, MultipartLimits(maximumHeaderBytes: block.utf8.count)) == .success(1))
        #expect(outcome(body, MultipartLimits(maximumHeaderBytes: block.utf8.count - 1)) == .failure(.headersTooLong))
        // Also if no blank line ever comes.
        let endless = "--B\r\n" + String(repeating: "X", count: 100_000)
        #expect(outcome(endless, MultipartLimits()) == .failure(.headersTooLong))
    }

    @Test("Header fields")
    func headerFields() {
        let body = "--B\r\n\(Self.head)X: 1\r\nY: 2\r\n\r\nx\r\n--B--"
        #expect(outcome(body, MultipartLimits(maximumHeaders: 3)) == .success(1))
        #expect(outcome(body, MultipartLimits(maximumHeaders: 2)) == .failure(.tooManyHeaders))
    }

    @Test("Parts")
    func parts() {
        let part = "--B\r\n\(Self.head)\r\nx\r\n"
        let body = part + part + part + "--B--"
        #expect(outcome(body, MultipartLimits(maximumParts: 3)) == .success(3))
        #expect(outcome(body, MultipartLimits(maximumParts: 2)) == .failure(.tooManyParts))
        #expect(outcome("--B--", MultipartLimits(maximumParts: 0)) == .success(0))
    }

    @Test("Preamble and epilogue")
    func surroundings() {
        let limits = MultipartLimits(maximumPreambleBytes: 10, maximumEpilogueBytes: 10)
        let part = "--B\r\n\(Self.head)\r\nx\r\n--B--"
        #expect(outcome("1234567890\r\n" + part + "1234567890", limits) == .success(1))
        #expect(outcome("12345678901\r\n" + part, limits) == .failure(.preambleTooLong))
        #expect(outcome(part + "12345678901", limits) == .failure(.epilogueTooLong))
        #expect(outcome(String(repeating: "\r\n--", count: 100), limits) == .failure(.preambleTooLong))
    }

    @Test("Blanks behind a boundary")
    func padding() {
        let blanks = String(repeating: " ", count: 1000)
        #expect(outcome("--B\(blanks)\r\n", MultipartLimits()) == .failure(.malformedDelimiter))
    }

    @Test("Held back bytes are bounded by the delimiter, whatever comes")
    func heldBack() throws {
        let boundary = String(repeating: "b", count: 70)
        var parser = try MultipartFormDataParser(boundary: boundary)
        _ = try parser.feed("--\(boundary)\r\n\(Self.head)\r\n")
        var longest = 0
        for _ in 0..<100 {
            for byte in "\r\n--\(boundary)-".utf8 + [UInt8(ascii: "x")] {
                for case .heldBack(let bytes) in try parser.feed([byte]) { longest = max(longest, bytes.count) }
            }
        }
        #expect(longest == 75)
    }
}
