import MediaCore
import MediaTesting
import Testing

@testable import MediaInspection

@Suite("Texts are texts (A1)")
struct TextTypeTests {
    private func sniff(_ bytes: [UInt8]) throws -> Sniffed {
        try TypeSniffer(database: MagicDatabase()).sniff(BytesInMemory(bytes))
    }

    private func type(_ text: String) throws -> MediaType { try self.sniff(Array(text.utf8)).type }

    private static let letters = [
        // What libmagic 5.44 calls a table, news, a bitmap, a program, a mail, a page.
        "Dear Anna,\nthank you, it was fun.\nBest wishes, Bob\n", "Article 1\nAll people are free.\n",
        "P1 call the bank\nP2 buy milk\nP3 sleep\n", "P1\n", "We include:\n#include everything\n",
        "From: anna@example.org\nTo: bob@example.org\nSubject: hello\n\nHow are you?\n",
        "From anna Mon Nov 30 06:00:00 2026\nhello\n", "<Anna> hello\n<Bob> hi\n", "<Anna Smith> I <3 you\n",
        "I <3 you, and a<b && c>d\n", "<3\n", "</3\n", "bread, butter\nmilk, eggs\n",
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", "#!/bin/sh\necho hello\n",
        "#!/usr/bin/env python3\nimport os\nprint(1)\n", "#include <stdio.h>\nint main(void) { return 0; }\n",
        "function f() { return 1; }\nvar x = document.title;\n", "package main\n\nfunc main() {}\n",
        "BMW and Audi\n", "BM is short for bookmark\n", "MZ\n", "PK means what?\n", "ID3 tags are old\n", "RIFF WAVE\n",
        "Get free beer today\n", "The mdat box\n", "GGGG\n", "a", "5", "\n", " ", "\u{FEFF}", "\u{FEFF}hello\n", "é",
        "\\documentclass{article}\n", "@echo off\r\ndir\r\n", "msgid \"\"\nmsgstr \"\"\n", ".TH X 1\n", "0 1 2 3\n",
        "key: value\nother: 2\n", "[section]\nkey=value\n", "!<arch> is a word\n", "%%EOF\n", "%P\n",
        // Beginnings of JSON that do not go on like it.
        "{} and more", "[1, 2", "[1,]", "{\"a\": 1,}", "{a: 1}", "[1] See the notes below.\n", "{\"a\": 01}", "[1.]",
        "[\"\u{1}\"]", "[\"\\x\"]", "[tru]", "[1e]", "{\"a\" 1}", "{\"a\": 1}\n{\"b\": 2}\n", "[]]", "true", "\"text\"",
        "12", "[\u{A0}1]",
        // Chats of people whose names are elements, programs about pictures, headers without their samples.
        "<Mark> hello\n<Sam> hi\n", "<Sub> I <3 you\n", "/* reads foo_width, foo_height and foo_bits[] */\nint x;\n",
        "#define foo_width 8\n#define foo_height 8\nint foo_bits;\n", "P1 10 20 30\n", "P1\n2 2\n1 0 2 1\n",
        "P2 2 2 255 1 2 3\n", "P4 1 2\n", "P5 10 people\n", "P6\n10 10 255\nabc", "P7 WIDTH is what I want\n",
        "PF 10\n",
        "\u{1B}[31mred\u{1B}[0m\n", "page one\u{C}page two\n", "old DOS text\r\n\u{1A}", "\u{7}",
    ]

    @Test("UTF-8 text in which nothing was proven is text/plain, whatever it is about", arguments: Self.letters)
    func plain(text: String) throws {
        let sniffed = try self.sniff(Array(text.utf8))
        #expect(sniffed.type == .plainText)
        #expect(sniffed.charset == "utf-8")
    }

    private static let encoded: [[UInt8]] = [
        // Windows-1252, KOI8-R, Windows-1251 ("ягода", which begins like an MPEG frame), Shift_JIS, ISO 2022-JP.
        Array("Gr".utf8) + [0xFC, 0xDF] + Array("e aus K".utf8) + [0xF6] + Array("ln\n".utf8),
        [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2, 0x20, 0xEC, 0xE8, 0xF0, 0x0A], [0xFF, 0xE3, 0xEE, 0xE4, 0xE0, 0x0A],
        [0x93, 0xFA, 0x96, 0x7B, 0x8C, 0xEA, 0x0A], [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x1B, 0x28, 0x42, 0x0A], [0xE9],
        // A line of UTF-8 that was cut in the middle of a character.
        Array("Grüße".utf8.dropLast(2)),
    ]

    @Test("(A2) text in an old encoding is text, and nothing is said of the encoding", arguments: Self.encoded)
    func legacy(bytes: [UInt8]) throws {
        let sniffed = try self.sniff(bytes)
        #expect(sniffed.type == .plainText)
        #expect(sniffed.charset == (bytes.allSatisfy { $0 < 0x80 } ? "utf-8" : nil))
    }

    @Test("UTF-16 with its mark is text, in both orders", arguments: [true, false])
    func utf16(isLittle: Bool) throws {
        func encoded(_ units: [UInt16]) -> [UInt8] {
            units.flatMap { isLittle ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        }
        let good = try self.sniff(encoded([0xFEFF] + Array("Grüße \u{1F600}, <Anna> hi\r\n".utf16)))
        #expect(good.type == .plainText && good.charset == nil)
        #expect(try self.sniff(encoded([0xFEFF])).type == .plainText)
        #expect(try self.sniff(encoded([0xFEFF] + Array("<html>".utf16))).type == .html)
        #expect(
            try self.sniff(encoded([0xFEFF] + Array("1\r\n00:00:01,000 --> 00:00:02,000\r\nHi".utf16))).type == .subRip
        )
        // A NUL, half a pair, half a unit.
        #expect(try self.sniff(encoded([0xFEFF, 0x61, 0])).type == .octetStream)
        #expect(try self.sniff(encoded([0xFEFF, 0xD83D, 0x61])).type == .octetStream)
        #expect(try self.sniff(encoded([0xFEFF, 0x61]) + [0x61]).type == .octetStream)
    }

    private static let binaries: [[UInt8]] = [
        [], [0], [0xFF, 0xD8, 0xFF], Array("BM".utf8) + [0, 0, 0, 0], Array("hello\0".utf8), [0x61, 0x80, 0x01],
        [UInt8](repeating: 0, count: 5000), [0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0],
    ]

    @Test("(A2) what holds a NUL, or is the beginning of a picture, is no text", arguments: Self.binaries)
    func binary(bytes: [UInt8]) throws {
        #expect(!(try self.sniff(bytes).type.isText))
        #expect(try self.sniff(bytes).charset == nil)
    }

    private static let proven: [(String, MediaType)] = [
        ("{}", .json), ("[]", .json), (" [1, -0.5e+10, \"\\u00e9\\n\", true, false, null, {\"a\": []}] \n", .json),
        ("\u{FEFF}{\"a\": \"<script>\"}", .json),
        ("<?xml version='1.0'?><!-- c --><note/>", .xml), ("\u{FEFF}<!-- c -->\n<?xml version='1.0'?><note/>", .xml),
        ("<!DOCTYPE note [ <!ENTITY a \"b\"> ]><note/>", .xml), ("<note><to>Anna</to></note>", .xml),
        ("<x:note xmlns:x='urn:x'>", .xml), ("<?xml version='1.0'?><tt xmlns='http://www.w3.org/ns/ttml'/>", .ttml),
        ("<tt xml:lang='en' xmlns='http://www.w3.org/ns/ttml'><body/></tt>", .ttml), ("<tt>old</tt>", .html),
        ("<Anna onclick=alert(1)>", .html), ("<B> hi", .html), ("<p>A page", .html),
        ("\u{FEFF}WEBVTT Kind: captions; Language: en\r\n\r\n00:01.000 --> 00:02.000\r\nHi", .vtt), ("WEBVTT\n", .vtt),
        ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", MediaType("text/calendar")),
        ("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", MediaType("text/vcard")), ("{\\rtf1 hello}", MediaType("text/rtf")),
        ("%PDF-1.7\n", .pdf), ("\u{FEFF}%PDF-1.7\n", .pdf), ("%!PS-Adobe-3.0\n", MediaType("application/postscript")),
        ("[Script Info]\nTitle: x\n", MediaType("text/x-ssa")), ("P1\n# c\n3 2\n0 1 0\n1 0 1\n", .bitmap),
        ("P2 2 1 255 7 9\n", MediaType("image/x-portable-graymap")),
        ("#define a_width 8\n#define a_height 1\nstatic char a_bits[] = { 0x01 };\n", MediaType("image/x-xbitmap")),
        ("#EXTM3U\n#EXT-X-VERSION:3\n", MediaType("application/vnd.apple.mpegurl")),
        ("name,age\nAnna,30\nBob,\"4,1\"\n", .csv), ("name;age\r\nAnna;30\r\n", .csv), ("a,b\n\"x\ny\",2\n", .csv),
        ("a\tb\n1\t2\n", MediaType("text/tab-separated-values")), ("<note/>\n", .xml), ("<Mark onclick=x> hi", .html),
        ("<Mark> hi <img src=x>", .html), ("<mark>new</mark>", .html),
        ("<tt xmlns='http://www.w3.org/2006/10/ttaf1'><body/></tt>", .ttml),
        (
            "/* A picture */\n#define a_width 8\n#define a_height 1\nstatic char a_bits[] = { 1 };\n",
            MediaType("image/x-xbitmap")
        ),
        // Pictures whose bytes are all letters.
        ("P5\n# c\n4 2\n255\nabcdefgh", MediaType("image/x-portable-graymap")), ("P6 1 2 255\nabcdef\n", .pixmap),
        ("P5 1 2 65535\nabcd", MediaType("image/x-portable-graymap")), ("P4\n9 2\nabcd", .bitmap),
        ("Pf\n1 1\n-1.0\nabcd", MediaType("image/x-portable-floatmap")), ("P1\n4 2\n10011001\n", .bitmap),
        (
            "P7\n# c\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\nabc",
            MediaType("image/x-portable-arbitrarymap")
        ),
    ]

    @Test("what is proven has its own type", arguments: Self.proven)
    func special(text: String, expected: MediaType) throws {
        #expect(try self.type(text) == expected)
        #expect(expected.fileExtension != "bin")
    }

    private static let subtitles = [
        "\n\n1\n00:00:01,000 --> 00:00:02,000\nfirst\n", "0\n00:00:00,000 --> 00:00:01,000\nZero\n",
        "10\n00:00:00,000 --> 00:00:01,000\nHello\n", "1\n0:00:01,000 --> 0:00:02,000\nfirst\n",
        "1\n00:00:01.000 --> 00:00:02.000\nfirst\n", "1\n00:00:01,00 --> 00:00:02,50\nfirst\n",
        "00:00:01,000 --> 00:00:02,000\nno number\n", "\u{FEFF}1\r\n00:00:01,000 --> 00:00:02,000\r\nfirst\r\n",
        "1\r00:00:01,000 --> 00:00:02,000\rold lines\r", "  1  \n 00:00:01,000  -->  00:00:02,000 \nfirst\n",
        "1\n00:00:01,000-->00:00:02,000\nfirst\n", "1\n00 : 00 : 01 , 000 --> 00 : 00 : 02 , 000\nfirst\n",
        "1\n00:00:01,000 --> 00:00:02,000 X1:0 X2:9 Y1:0 Y2:9\nfirst\n", "1\n00:01 --> 00:02\nfirst\n",
        "1\n100:00:01,000 --> 100:00:02,000\nlong\n", "1\n00:00:01,000 --> 00:00:02,000\n<i>x</i> <svg>\n",
        "1\n\n00:00:01,000 --> 00:00:02,000\nfirst\n", "\u{FEFF}\u{FEFF}1\n00:00:01,000 --> 00:00:02,000\nfirst\n",
        "\(String(repeating: "\r\n", count: 100))1\r\n00:00:01,000 --> 00:00:02,000\r\nfirst\r\n",
    ]

    @Test("(A3) SubRip by its timing line", arguments: Self.subtitles)
    func subRip(text: String) throws {
        #expect(try self.type(text) == .subRip)
    }

    @Test(
        "(A3) what only looks like SubRip is a text",
        arguments: [
            "1\nhello --> there\n", "1\n2\n3\n", "10:30 --> lunch\n", "1\nfirst\n00:00:01,000 --> 00:00:02,000\n",
        ]
    )
    func noSubRip(text: String) throws {
        #expect(try self.type(text) == .plainText)
    }

    @Test("(A1) JSON parses whole whatever its size", arguments: [1, 60, 5000, 3_000_000])
    func longJSON(bytes: Int) throws {
        let whole = "[0" + String(repeating: ", 1", count: bytes / 3) + "]\n"
        #expect(try self.type(whole) == .json)
        #expect(try self.type(whole + "x") == .plainText)
        #expect(try self.sniff(Array(whole.utf8) + [0xE9]).type == .plainText)
        #expect(try self.sniff(Array(whole.utf8) + [0]).type == .octetStream)
    }

    @Test("JSON that is nested deeper than anybody writes is a text, and costs no memory")
    func deepJSON() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try self.type(nested(5000)) == .json)
        #expect(try self.type(nested(200_000)) == .plainText)
    }

    @Test("(A2) UTF-8 counts to the last byte, also across the pieces that a file is read in")
    func charset() throws {
        let long = String(repeating: "Grüße, ", count: 200_000)
        #expect(try self.sniff(Array("x\(long)".utf8)).charset == "utf-8")
        #expect(try self.sniff(Array(long.utf8) + [0xE9, 0x0A]).charset == nil)
        #expect(try self.sniff(Array(long.utf8) + [0xC3]).charset == nil)
        // Overlong, a surrogate, beyond Unicode.
        for wrong: [UInt8] in [
            [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5],
        ] {
            #expect(try self.sniff(Array("x".utf8) + wrong).charset == nil)
        }
        #expect(try self.sniff(Array("<p>ü".utf8)).charset == "utf-8")
        #expect(try self.sniff(Array("<p>".utf8) + [0xFC, 0x3C]).charset == nil)
    }
}

extension MediaType {
    fileprivate static let ttml = MediaType("application/ttml+xml")
    fileprivate static let bitmap = MediaType("image/x-portable-bitmap")
    fileprivate static let pixmap = MediaType("image/x-portable-pixmap")
}
