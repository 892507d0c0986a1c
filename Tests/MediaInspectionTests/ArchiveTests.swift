import MediaCore
import Testing

@testable import MediaInspection

@Suite("G1: documents in archives, in any order")
struct ArchiveTests {
    struct Entry: Sendable {
        var name: String
        var content: [UInt8]
        var isDeflated = false
    }

    private func type(_ bytes: [UInt8]) throws -> MediaType {
        try TypeSniffer(database: MagicDatabase()).sniff(BytesInMemory(bytes)).type
    }

    /// `application/epub+zip` and `application/vnd.oasis.opendocument.text` as zlib deflates them.
    private static let deflatedEpub: [UInt8] = [
        0x4B, 0x2C, 0x28, 0xC8, 0xC9, 0x4C, 0x4E, 0x2C, 0xC9, 0xCC, 0xCF, 0xD3, 0x4F, 0x2D, 0x28, 0x4D, 0xD2, 0xAE,
        0xCA, 0x2C,
        0x00, 0x00,
    ]
    private static let deflatedText: [UInt8] = [
        0x4B, 0x2C, 0x28, 0xC8, 0xC9, 0x4C, 0x4E, 0x2C, 0xC9, 0xCC, 0xCF, 0xD3, 0x2F, 0xCB, 0x4B, 0xD1, 0xCB, 0x4F,
        0x2C, 0xCE,
        0x2C, 0xD6, 0xCB, 0x2F, 0x48, 0xCD, 0x4B, 0xC9, 0x4F, 0x2E, 0xCD, 0x4D, 0xCD, 0x2B, 0xD1, 0x2B, 0x49, 0xAD,
        0x28, 0x01,
        0x00,
    ]

    private static let declared: [(entries: [Entry], expected: MediaType)] = [
        (
            [
                Entry(name: "META-INF/container.xml", content: [0x78]),
                Entry(name: "mimetype", content: Array("application/epub+zip".utf8)),
            ], .epub
        ),
        ([Entry(name: "mimetype", content: Self.deflatedEpub, isDeflated: true)], .epub),
        (
            [
                Entry(name: "content.xml", content: [0x78]),
                Entry(name: "mimetype", content: Self.deflatedText, isDeflated: true),
            ], .odt
        ),
        ([Entry(name: "mimetype", content: [0xEF, 0xBB, 0xBF] + Array("application/epub+zip\n".utf8))], .epub),
        // A book without its declaration, which readers take.
        (
            [Entry(name: "META-INF/container.xml", content: [0x78]), Entry(name: "OEBPS/book.opf", content: [0x78])],
            .epub
        ),
        // Not whatever somebody likes to be served as.
        ([Entry(name: "mimetype", content: Array("application/xhtml+xml".utf8))], .zip),
        ([Entry(name: "mimetype", content: Array("text/html".utf8))], .zip),
    ]

    @Test("the declared type counts wherever its entry lies, and packed", arguments: Self.declared)
    func declaration(entries: [Entry], expected: MediaType) throws {
        #expect(try self.type(Zip.archive(entries)) == expected)
        #expect(try self.type(Zip.archive(entries, isLarge: true)) == expected)
    }

    private static let office: [(names: [String], fileExtension: String)] = [
        ((0..<3000).map { "customXml/item\($0).xml" } + ["[Content_Types].xml", "word/document.xml"], "docx"),
        (["[Content_Types].xml", "word\\document.xml"], "docx"),
        (["/[content_types].xml", "/xl/workbook.xml"], "xlsx"),
        (["[Content_Types].xml", "xl/workbook.bin"], "xlsb"), (["[Content_Types].xml", "visio/document.xml"], "vsdx"),
        (["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"], "docm"),
        (["[Content_Types].xml", "word/document.xml", "word/embeddings/xl/workbook.bin"], "docx"),
        (["[Content_Types].xml", "3D/3dmodel.model"], "3mf"), (["[Content_Types].xml", "a.fdseq"], "xps"),
        (["META-INF/MANIFEST.MF", "A.class"], "jar"), (["AndroidManifest.xml", "classes.dex"], "apk"),
        (["files/a.png", "doc.kml"], "kmz"), (["word/document.xml", "notes.txt"], "zip"),
    ]

    @Test("documents by their parts", arguments: Self.office)
    func parts(names: [String], fileExtension: String) throws {
        #expect(try self.type(Zip.archive(names)).fileExtension == fileExtension)
        #expect(try self.type(Zip.archive(names.reversed())).fileExtension == fileExtension)
    }

    @Test("the names of streams have no case")
    func compoundFile() throws {
        for name in ["WORKBOOK", "workbook"] {
            #expect(try self.type(CompoundFileBuilder.file([name], sectorsBefore: 300)) == .xls)
        }
    }

    @Test("what is no deflated word, or a long one, is none")
    func inflation() {
        #expect(ShortInflate.bytes(of: [], atMost: 200) == nil)
        #expect(ShortInflate.bytes(of: [0x07], atMost: 200) == nil)
        #expect(ShortInflate.bytes(of: Self.deflatedEpub, atMost: 10) == nil)
        #expect(ShortInflate.bytes(of: Array(Self.deflatedEpub.dropLast(4)), atMost: 200) == nil)
        #expect(ShortInflate.bytes(of: [1, 2, 0, 0xFD, 0xFF, 0x61, 0x62], atMost: 200) == Array("ab".utf8))
        // "aaaaaaaaaa": a letter, and a repetition of it.
        #expect(ShortInflate.bytes(of: [0x4B, 0x4C, 0x84, 0x01, 0x00], atMost: 200) == Array("aaaaaaaaaa".utf8))
    }
}
