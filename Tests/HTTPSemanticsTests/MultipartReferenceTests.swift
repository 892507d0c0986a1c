import HTTPSemantics
import MediaTesting
import Testing

/// Compares the streaming parser with a reading of the whole body that uses nothing but naive search.
@Suite("multipart/form-data against a reference")
struct MultipartReferenceTests {
    private static let head = "Content-Disposition: form-data; name=\"a\"\r\n"
    private static let pieces =
        ["\r", "\n", "\r\n", "-", "--", "B", "--B", "\r\n--B", "\r\n--B--", " ", "X"]
        + ["\r\n--B\r\n\(head)\r\n", "--B\r\n\(head)\r\n", head]

    @Test("Random bodies in random chunks")
    func randomBodies() throws {
        var numbers = SeededNumbers(test: 3)
        var succeeded = 0
        for round in 0..<30_000 {
            var body: [UInt8] = round.isMultiple(of: 3) ? [] : Array("--B\r\n\(Self.head)\r\n".utf8)
            for _ in 0..<Int.random(in: 0...12, using: &numbers) {
                body += Array((Self.pieces.randomElement(using: &numbers) ?? "").utf8)
            }
            if !round.isMultiple(of: 5) { body += Array("\r\n--B--".utf8) }
            let expected = reference(body)
            if case .parts = expected { succeeded += 1 }
            for _ in 0..<3 {
                let cuts = (0..<Int.random(in: 0...8, using: &numbers)).map { _ in
                    Int.random(in: 0...body.count, using: &numbers)
                }.sorted()
                let text = String(decoding: body, as: UTF8.self)
                try #require(actual(body, cuts) == expected, "\(text.debugDescription) cut at \(cuts)")
            }
        }
        #expect(succeeded > 5000)
    }

    private enum Outcome: Equatable {
        case parts([[UInt8]])
        case malformedDelimiter
        case badHeader
        case truncated
    }

    private func actual(_ body: [UInt8], _ cuts: [Int]) -> Outcome {
        do throws(MultipartError) {
            return .parts(try Form(body, boundary: "B", chunks: cuts).parts.map(\.content))
        } catch {
            switch error {
            case .malformedDelimiter: return .malformedDelimiter
            case .truncated: return .truncated
            default: return .badHeader
            }
        }
    }

    private func reference(_ body: [UInt8]) -> Outcome {
        // A body begins as if behind a line end.
        let text = Array("\r\n".utf8) + body
        func find(_ needle: String, from start: Int) -> Int? {
            let needle = Array(needle.utf8)
            guard text.count >= needle.count, start <= text.count - needle.count else { return nil }
            return (start...(text.count - needle.count)).first { text[$0..<($0 + needle.count)].elementsEqual(needle) }
        }
        /// Where the next delimiter begins, and whether it is the closing one.
        func delimiter(from start: Int) -> (Int, isClosing: Bool)? {
            var start = start
            while let found = find("\r\n--B", from: start) {
                let rest = text[(found + 5)...]
                if rest.starts(with: "--".utf8) { return (found, true) }
                if let next = rest.first, "\r\n \t".utf8.contains(next) { return (found, false) }
                start = found + 1
            }
            return nil
        }
        var parts: [[UInt8]] = []
        guard var (found, isClosing) = delimiter(from: 0) else { return .truncated }
        while !isClosing {
            var position = found + 5
            while position < text.count, text[position] == 0x20 || text[position] == 0x09 { position += 1 }
            guard position < text.count else { return .truncated }
            guard text[position] == 0x0D else { return .malformedDelimiter }
            guard position + 1 < text.count else { return .truncated }
            guard text[position + 1] == 0x0A else { return .malformedDelimiter }
            guard let blankLine = find("\r\n\r\n", from: position) else { return .truncated }
            guard blankLine > position, isHeader(text[(position + 2)..<(blankLine + 2)]) else { return .badHeader }
            guard let next = delimiter(from: blankLine + 2) else { return .truncated }
            (found, isClosing) = next
            parts.append(Array(text[(blankLine + 4)..<max(blankLine + 4, found)]))
        }
        return .parts(parts)
    }

    /// Whether a block of the pieces above is one good field, beside others that only end like it.
    private func isHeader(_ block: ArraySlice<UInt8>) -> Bool {
        let lines = String(decoding: block, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let good = String(Self.head.dropLast())
        var found = 0
        for line in lines.dropLast() {
            guard line.hasSuffix(good) else { return false }
            let prefix = line.dropLast(good.count)
            if prefix.isEmpty { found += 1 }
            guard prefix.allSatisfy({ "-BX".contains($0) }) else { return false }
        }
        return found == 1 && lines.last == ""
    }
}
