import Glibc
import MediaCore
import MediaRendering
import Testing

@Suite("Subtitles as WebVTT")
struct SubtitleTests {
    private static let head = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:7200\n"

    private func webVTT(_ bytes: [UInt8], _ type: MediaType = .subRip) throws -> String {
        let output = try StreamParts.render(bytes, type, .subtitles(lead: 7200))
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.hasPrefix(Self.head))
        return String(text.dropFirst(Self.head.count))
    }

    @Test("SubRip as it should be")
    func subRip() throws {
        let text =
            "1\r\n00:00:01,500 --> 00:00:02,000\r\nOne\r\nTwo\r\n\r\n2\r\n01:02:03,004 --> 01:02:04,000\r\nThree\r\n"
        let expected = "\n00:00:01.500 --> 00:00:02.000\nOne\nTwo\n\n01:02:03.004 --> 01:02:04.000\nThree\n"
        #expect(try self.webVTT(Array(text.utf8)) == expected)
    }

    @Test(
        "SubRip as it is",
        arguments: [
            // No numbers, no hours, dots, coordinates.
            ("00:01.5 --> 00:02.5 X1:1 X2:2\nA\n", "\n00:00:01.500 --> 00:00:02.500\nA\n"),
            // No empty line between two.
            (
                "1\n00:00:01,000 --> 00:00:02,000\nA\n2\n00:00:03,000 --> 00:00:04,000\nB\n",
                "\n00:00:01.000 --> 00:00:02.000\nA\n\n00:00:03.000 --> 00:00:04.000\nB\n"
            ),
            // Tags that WebVTT has, that it lacks, and what is none.
            (
                "0:0:1,0 --> 0:0:2,0\n<I>a</I> <font face=\"x\">b</font> {\\an8}c < d > e & f --> g {h}\n",
                "\n00:00:01.000 --> 00:00:02.000\n<i>a</i> b c &lt; d &gt; e &amp; f --&gt; g {h}\n"
            ),
            // Nothing to show.
            ("00:00:01,000 --> 00:00:02,000\n \n00:00:05,000 --> 00:00:04,000\nback\n", ""),
            ("", ""), ("no subtitles at all\n-->\n99:99 --> x\n", ""),
        ]
    )
    func asItIs(text: String, expected: String) throws {
        #expect(try self.webVTT(Array("\n\(text)".utf8)) == expected)
    }

    @Test("a line of nothing but openings is read once", .timeLimit(.minutes(1)), arguments: ["<", "{\\"])
    func openings(opening: String) throws {
        let line = String(repeating: opening, count: 200_000)
        let text = try self.webVTT(Array("00:00:01,000 --> 00:00:02,000\n\(line)\n".utf8))
        #expect(text.hasSuffix("\n\(line.replacing("<", with: "&lt;"))\n"))
    }

    @Test("characters of other encodings")
    func encodings() throws {
        let line = "1\n00:00:01,000 --> 00:00:02,000\n"
        let expected = "\n00:00:01.000 --> 00:00:02.000\né€\n"
        let windows = Array(line.utf8) + [0xE9, 0x80, 0x0A]
        let wide = Array("\(line)é€\n".utf16)
        let little: [UInt8] =
            [0xFF, 0xFE] + wide.flatMap { unit -> [UInt8] in [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)] }
        let big: [UInt8] =
            [0xFE, 0xFF] + wide.flatMap { unit -> [UInt8] in [UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit)] }
        let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("\(line)é€\n".utf8)
        for bytes in [windows, little, big, marked] {
            #expect(try self.webVTT(bytes) == expected)
        }
    }

    @Test("WebVTT keeps everything but its head")
    func webVTT() throws {
        let text =
            "\u{FEFF}WEBVTT a title\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:1\n\nNOTE x\n\n00:01.000 --> 00:02.000\n<c.red>A</c>"
        #expect(try self.webVTT(Array(text.utf8), .vtt) == "\nNOTE x\n\n00:01.000 --> 00:02.000\n<c.red>A</c>\n")
    }

    @Test("what are no subtitles are refused")
    func refused() {
        #expect(throws: MediaError.self) { try StreamParts.render(Array("text".utf8), .plainText, .subtitles(lead: 0)) }
    }
}

/// Parts of streams, made in this process.
enum StreamParts {
    static func render(_ bytes: [UInt8], _ type: MediaType, _ part: StreamPart) throws -> [UInt8] {
        let source = try Pictures.scratchFile()
        defer { close(source) }
        try #require(pwrite(source, bytes, bytes.count, 0) == bytes.count)
        return try self.render(source, type, part)
    }

    static func render(_ source: Int32, _ type: MediaType, _ part: StreamPart) throws -> [UInt8] {
        let output = try Pictures.scratchFile()
        defer { close(output) }
        let limits = ImageLimits(maximumPixels: 1, maximumFrames: 1)
        let request = RenditionRequest(sourceType: type, recipe: .stream(part), limits: limits)
        _ = try RenditionRenderer.render(source: source, output: output, request: request)
        return try Pictures.contents(output)
    }
}
