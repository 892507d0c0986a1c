import MediaTesting
import Testing

@Suite("Refused content leaves nothing", .daemon(), .serialized, .timeLimit(.minutes(3)))
struct RefusedContentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let collection: String
        let status: Int
        let code: String
        let bytes: @Sendable () throws -> [UInt8]

        init(
            _ description: String,
            to collection: String = "posters",
            _ status: Int,
            _ code: String,
            _ bytes: @escaping @Sendable () throws -> [UInt8]
        ) {
            testDescription = description
            self.collection = collection
            self.status = status
            self.code = code
            self.bytes = bytes
        }
    }

    static let cases: [Case] = [
        Case("nothing", 400, "empty_file") { [] },
        Case("PHP", 415, "type_not_allowed") { Array("<?php system($_GET['c']); ?>\n".utf8) },
        Case("HTML", 415, "type_not_allowed") { Array("<!DOCTYPE html><script>alert(1)</script>".utf8) },
        Case("HTML without a head", 415, "type_not_allowed") { Array("<img src=x onerror=alert(1)>".utf8) },
        Case("an SVG", 415, "type_not_allowed") { try Samples.fixture("logo.svg") },
        Case("an ELF program", 415, "type_not_allowed") {
            [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8) + [2, 0, 0x3E, 0]
                + Samples.noise(400)
        },
        Case("a shell script", 415, "type_not_allowed") { Array("#!/bin/sh\nrm -rf /\n".utf8) },
        Case("a film", 415, "type_not_allowed") { try Samples.video() },
        Case("a PDF", 415, "type_not_allowed") { Samples.pdf() },
        Case("noise", 415, "type_not_allowed") { [0x00, 0x01, 0x02] + Samples.noise(1000) },
        Case("one byte", 415, "type_not_allowed") { [0x61] },
        Case("a picture among films", to: "videos", 415, "type_not_allowed") { try Samples.jpeg() },
        Case("a truncated JPEG", 422, "file_damaged") { try Samples.fixture("truncated.jpg") },
        Case("half a JPEG", 422, "file_damaged") {
            let all = try Samples.jpeg()
            return Array(all.prefix(all.count / 2))
        },
        Case("the first bytes of a JPEG", 422, "file_damaged") {
            [0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10] + Array("JFIF".utf8)
        },
        Case("a JPEG head with PHP behind it", 422, "file_damaged") {
            [0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10] + Array("JFIF\0<?php system($_GET['c']); ?>".utf8)
        },
        Case("a GIF head with HTML behind it", 422, "file_damaged") {
            Array("GIF89a<html><script>alert(1)</script>".utf8)
        },
        Case("half a PNG", 422, "file_damaged") { Array(Samples.png(width: 400, height: 400).prefix(80_000)) },
        Case("an AVIF whose header claims 256 megapixels", 422, "image_too_large") {
            Bombs.avif(try Samples.fixture("avif-orientation-6.avif"))
        },
        Case("a PNG whose header claims 3.6 gigapixels", 422, "image_too_large") { Samples.giantPNG() },
        Case("half a HEIC", to: "avatars", 422, "file_damaged") {
            Array(try Samples.fixture("iphone13-gps.heic").prefix(600_000))
        },
    ]

    @Test("as a raw body named x.jpg", arguments: cases)
    func raw(_ refused: Case) async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let answer = try await daemon.upload(
            try refused.bytes(),
            "collection=\(refused.collection)&name=\(uniqueName())&filename=x.jpg",
            [("Content-Type", "image/jpeg")]
        )
        try answer.expectProblem(refused.status, refused.code)
        try await before.expectUntouched(daemon)
    }

    @Test("as a form's file named x.jpg", arguments: cases)
    func form(_ refused: Case) async throws {
        let daemon = try Daemon.current()
        let before = Footprint(daemon)
        let form = Form().file(try refused.bytes(), fileName: "x.jpg", type: "image/jpeg")
            .field("collection", refused.collection).field("name", uniqueName())
        try await daemon.upload(form).expectProblem(refused.status, refused.code)
        try await before.expectUntouched(daemon)
    }

    @Test("and says what was found and what is allowed")
    func explanation() async throws {
        let daemon = try Daemon.current()
        let problem = try await daemon.upload(Samples.pdf(), "collection=posters").expectProblem(
            415,
            "type_not_allowed"
        )
        #expect(problem["detail"]?.string?.contains("application/pdf") == true)
        #expect(problem["detail"]?.string?.contains("image/jpeg") == true)
        #expect(problem["found"]?.array == [.string("application/pdf")])
        #expect(problem["allowed"]?.array?.contains(.string("image/jpeg")) == true)
    }

    @Test("and does not touch the file that has the name")
    func keepsOld() async throws {
        let daemon = try Daemon.current()
        let query = "collection=posters&name=\(uniqueName())"
        let record = try await daemon.upload(try Samples.jpeg(), query).record()
        try await daemon.upload(try Samples.fixture("truncated.jpg"), query).expectProblem(422, "file_damaged")
        try await daemon.upload([], query).expectProblem(400, "empty_file")
        daemon.site.expectInTree(record)
        #expect(try await daemon.request("GET", record.url).status == 200)
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }
}
