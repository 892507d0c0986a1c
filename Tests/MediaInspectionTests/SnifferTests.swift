import Glibc
import MediaCore
import Testing

@testable import MediaInspection

@Suite("Types of first bytes")
struct SnifferTests {
    private func type(_ bytes: [UInt8]) throws -> MediaType {
        try TypeSniffer(database: MagicDatabase()).sniff(BytesInMemory(bytes)).type
    }

    private func type(_ text: String) throws -> MediaType { try self.type(Array(text.utf8)) }

    private static let brandTable: [(String, [String], MediaType)] = [
        ("mif1", ["mif1", "avif", "miaf"], MediaType.avif), ("avif", ["mif1"], .avif), ("avis", ["msf1"], .avif),
        ("mif1", ["heic"], .heic), ("msf1", ["hevc"], .heic), ("heic", ["mif1"], .heic), ("heix", [], .heic),
        ("heim", [], .heic), ("heis", [], .heic), ("hevc", [], .heic), ("mif1", [], .heif),
        ("miaf", ["avif"], .avif),
        ("MSNV", ["isom"], .mp4), ("XAVC", ["mp42"], .mp4), ("f4v ", [], .mp4), ("av01", ["iso6"], .mp4),
        ("hvc1", [], .mp4), ("cmfc", ["iso6"], .mp4), ("iso5", [], .mp4), ("isom", [], .mp4), ("mp42", [], .mp4),
        ("dash", [], .mp4), ("M4A ", ["mp42"], .audioMP4), ("M4B ", [], .audioMP4), ("M4V ", [], .m4v),
        ("qt  ", [], .quicktime), ("abcd", ["isom"], .mp4), ("3gp5", [], MediaType("video/3gpp")),
    ]

    @Test(
        "brands, where libmagic looks at the first only or knows none",
        arguments: Self.brandTable
    )
    func brands(major: String, compatible: [String], expected: MediaType) throws {
        let movie = Box.movie(
            Box.movieHeader(timescale: 600, duration: 600) + Box.track(handler: "vide", width: 8, height: 8)
        )
        #expect(try self.type(Box.fileType(major, compatible) + movie + Box.make("mdat", [0])) == expected)
        // The same from the first bytes of a file that was cut off.
        #expect(try self.type(Box.fileType(major, compatible) + [0, 0, 255, 0] + Array("moov".utf8)) == expected)
    }

    @Test("QuickTime without ftyp", arguments: ["moov", "mdat", "wide", "free"])
    func quickTime(first: String) throws {
        let movie = Box.movie(Box.movieHeader(timescale: 600, duration: 600))
        let start = first == "moov" ? [] : Box.make(first, [UInt8](repeating: 0, count: 16))
        #expect(try self.type(start + movie) == .quicktime)
        #expect(try self.type(Box.make("free", []) + Box.fileType("isom") + movie) == .mp4)
    }

    @Test(
        "every face of an SVG",
        arguments: [
            "<svg xmlns='http://www.w3.org/2000/svg'/>", "  \n\t<svg/>", "\u{FEFF}<svg></svg>",
            "<!-- a comment --><svg width='1'></svg>", "<SVG></SVG>", "<?xml version='1.0'?>\n<!-- c -->\n<svg/>",
            "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"><svg/>",
            "<?xml version='1.0'?><!DOCTYPE svg [ <!ENTITY a \"b\"> ]><svg:svg xmlns:svg='x'/>", "<s:svg xmlns:s='x'>",
            "<?xml version='1.0'?><?xml-stylesheet href='a'?><svg/>", "<svg><script>alert(1)</script></svg>",
        ]
    )
    func svg(text: String) throws {
        #expect(try self.type(text) == .svg)
        let wide: [UInt8] = [0xFF, 0xFE] + text.unicodeScalars.filter(\.isASCII).flatMap { [UInt8($0.value), 0] }
        #expect(try self.type(wide) == .svg)
    }

    @Test(
        "what would run in a browser is never text/plain",
        arguments: [
            "<html><body>", "<!DOCTYPE html><p>", "  <!doctype HTML>", "<img src=x onerror=alert(1)>", "<b>x</b>",
            "<p>x",
            "hello\n<script>alert(1)</script>", "hello <HTML>", "<!-- x --><script>", "<!-- never closed", "<a href=x>",
            "WEBVTT\n\n<script>alert(1)</script>", "\u{FEFF}<iframe src=x>", "text text <svg onload=alert(1)>",
        ]
    )
    func html(text: String) throws {
        #expect(try self.type(text) == .html)
    }

    @Test(
        "programs keep their own type",
        arguments: ["<?php echo 1; ?>", "  \n<?php echo 1;", "<?= 1 ?>", "text <?php x"]
    )
    func php(text: String) throws {
        let type = try self.type(text)
        #expect(type.essence == "text/x-php" || type == .html)
        #expect(!type.isSafeInline)
    }

    @Test(
        "plain text stays plain",
        arguments: [
            "hello world\n", "a < b and b > c", "<john@example.org> wrote:", "1 <2>", "Grüße aus Köln\n",
            "# Title\n\ntext\n",
        ]
    )
    func plain(text: String) throws {
        #expect(try self.type(text) == .plainText)
    }

    @Test("XML, WebVTT, PDF")
    func others() throws {
        #expect(try self.type("<?xml version='1.0'?><note/>") == .xml)
        #expect(try self.type("WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n") == .vtt)
        #expect(try self.type("\u{FEFF}WEBVTT - title\n") == .vtt)
        #expect(try self.type("WEBVTTX\n") == .plainText)
        #expect(try self.type("%PDF-1.7\n<html>") == .pdf)
    }

    @Test("nothing, zeros, and a lone byte have no type", arguments: [[], [0], [UInt8](repeating: 0, count: 5000)])
    func nothing(bytes: [UInt8]) throws {
        #expect(try self.type(bytes) == .octetStream)
    }

    @Test("documents in zip files, in any order, and never with macros")
    func documents() throws {
        let word = ["docProps/app.xml", "word/document.xml", "[Content_Types].xml"]
        #expect(try self.type(Zip.archive(word)) == .docx)
        #expect(try self.type(Zip.archive(["[Content_Types].xml", "xl/workbook.xml"])) == .xlsx)
        #expect(try self.type(Zip.archive(["a", "[Content_Types].xml", "ppt/presentation.xml"])) == .pptx)
        let macros = try self.type(Zip.archive(word + ["word/vbaProject.bin"]))
        #expect(macros.essence == "application/vnd.ms-word.document.macroenabled.12")
        #expect(try self.type(Zip.archive(["mimetype", "x"], content: "application/epub+zip")) == .epub)
        #expect(try self.type(Zip.archive(["mimetype"], content: MediaType.odt.essence)) == .odt)
        #expect(try self.type(Zip.archive(["a.txt"])) == .zip)
        let cut = Array(Zip.archive(word).dropLast(30))
        let sniffed = try TypeSniffer(database: MagicDatabase()).sniff(BytesInMemory(cut))
        #expect(sniffed.container == .broken(.truncated("zip without its end")))
    }

    @Test("a transport stream, plain and with timestamps; text full of G is none")
    func transportStream() throws {
        let packet: [UInt8] = [0x47, 0x40, 0, 0x10, 0] + [UInt8](repeating: 0xFF, count: 183)
        #expect(try self.type([[UInt8]](repeating: packet, count: 6).flatMap { $0 }) == .mpegTS)
        #expect(try self.type([[UInt8]](repeating: [0, 0, 0, 1] + packet, count: 6).flatMap { $0 }) == .mpegTS)
        // With error correction behind each packet, and cut in the middle of one.
        let corrected = packet + [UInt8](repeating: 1, count: 16)
        #expect(try self.type([[UInt8]](repeating: corrected, count: 9).flatMap { $0 }) == .mpegTS)
        #expect(try self.type(Array([[UInt8]](repeating: packet, count: 9).flatMap { $0 }.dropFirst(77))) == .mpegTS)
        #expect(!StreamSignatures.isTransportStream(Array("G\(String(repeating: "x", count: 400))".utf8)))
    }

    @Test("64 KiB of new lines cost little")
    func newLines() throws {
        let sniffer = try TypeSniffer(database: MagicDatabase())
        let reader = BytesInMemory([UInt8](repeating: 0x0A, count: 1 << 16))
        // Processor time of this thread: other tests run at the same time.
        var before = timespec()
        var after = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
        _ = try sniffer.sniff(reader)
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after)
        let nanoseconds = (after.tv_sec - before.tv_sec) * 1_000_000_000 + after.tv_nsec - before.tv_nsec
        #expect(nanoseconds < 100_000_000)
    }
}

/// Builds zip files.
enum Zip {
    /// Of stored entries.
    static func archive(_ names: [String], content: String = "x") -> [UInt8] {
        self.archive(names.map { ArchiveTests.Entry(name: $0, content: Array(content.utf8)) })
    }

    /// - Parameter isLarge: with the end record of archives of more than 4 GiB.
    static func archive(_ entries: [ArchiveTests.Entry], isLarge: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let size = self.le(entry.content.count, 4)
            // Version needed, flags, method, then time, date and checksum, which are 0.
            let common = Box.joined(
                self.le(20, 2),
                Box.zeros(2),
                self.le(entry.isDeflated ? 8 : 0, 2),
                Box.zeros(8),
                size,
                size,
                self.le(entry.name.utf8.count, 2),
                Box.zeros(2)
            )
            let local = self.le(bytes.count, 4)
            bytes += Box.joined([0x50, 0x4B, 3, 4], common, Array(entry.name.utf8), entry.content)
            directory += Box.joined(
                [0x50, 0x4B, 1, 2],
                self.le(20, 2),
                common,
                Box.zeros(10),
                local,
                Array(entry.name.utf8)
            )
        }
        guard isLarge else {
            let counts = Box.joined(Box.zeros(4), self.le(entries.count, 2), self.le(entries.count, 2))
            let place = Box.joined(self.le(directory.count, 4), self.le(bytes.count, 4), Box.zeros(2))
            return Box.joined(bytes, directory, [0x50, 0x4B, 5, 6], counts, place)
        }
        let counts = Box.joined(self.le(entries.count, 8), self.le(entries.count, 8))
        let place = Box.joined(self.le(directory.count, 8), self.le(bytes.count, 8))
        let record = Box.joined([0x50, 0x4B, 6, 6], self.le(44, 8), Box.zeros(12), counts, place)
        let locator = Box.joined(
            [0x50, 0x4B, 6, 7],
            Box.zeros(4),
            self.le(bytes.count + directory.count, 8),
            self.le(1, 4)
        )
        let end = Box.joined([0x50, 0x4B, 5, 6], Box.zeros(4), [UInt8](repeating: 0xFF, count: 12), Box.zeros(2))
        return Box.joined(bytes, directory, record, locator, end)
    }

    private static func le(_ number: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(number >> (8 * $0) & 0xFF) }
    }
}
