import MediaTesting
import Testing

/// Checklist A10: one file of several uploads.
@Suite("tus: concatenation", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusConcatenationTests {
    private static let partial = ("Upload-Concat", "partial")

    private static func part(_ bytes: [UInt8], _ daemon: DaemonProcess) async throws -> UploadAddress {
        let upload = try await daemon.createUpload(bytes.count, partial)
        if !bytes.isEmpty { try await daemon.append(bytes, to: upload, at: 0) }
        return upload
    }

    private static func final(
        _ parts: [String],
        _ daemon: DaemonProcess,
        _ fields: [(String, String)] = []
    ) async throws -> ProbeResponse {
        let concat = ("Upload-Concat", "final;" + parts.joined(separator: " "))
        return try await daemon.tus("POST", "/api/uploads", [concat] + fields, body: [])
    }

    @Test("A10.62: a partial upload says so, and never becomes a file by itself")
    func partial() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let upload = try await daemon.createUpload(100, Tus.document(name), [Self.partial])
        #expect(try await daemon.head(upload)["Upload-Concat"] == "partial")
        try await daemon.append(Samples.document(100), to: upload, at: 0)
        let head = try await daemon.head(upload)
        #expect(head["Upload-Offset"] == "100")
        #expect(head["Upload-Concat"] == "partial")
        let report = try await daemon.report(on: upload)
        #expect(report.state == "complete")
        #expect(report.file == nil)
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
    }

    @Test("A10.62: a partial upload may be deferred, of any size, also empty")
    func partialForms() async throws {
        let daemon = try Daemon.current()
        let (first, second) = (Samples.document(1000), Samples.document(300))
        let deferred = try await daemon.createUpload(nil, Self.partial)
        try await daemon.append(first, to: deferred, at: 0, [("Upload-Length", "1000")])
        let empty = try await Self.part([], daemon)
        let last = try await Self.part(second, daemon)
        let answer = try await Self.final([deferred.path, empty.path, last.path], daemon, [Tus.document()])
        #expect(answer.status == 201, "\(answer.text)")
        let upload = try UploadAddress(location: answer["Location"], of: daemon)
        try await daemon.expectPublished(upload, first + second)
    }

    @Test("A10.63-64: the parts come in the order given, by absolute or relative URLs, some twice, in several finals")
    func order() async throws {
        let daemon = try Daemon.current()
        let pieces = [Samples.document(70_000), Samples.document(1), Samples.document(5000)]
        var parts: [UploadAddress] = []
        for piece in pieces { parts.append(try await Self.part(piece, daemon)) }
        for order in [[0, 1, 2], [2, 0, 1], [0, 0], [1, 2, 1, 0]] {
            let urls = order.map { $0 == 0 ? daemon.url + parts[$0].path : parts[$0].path }
            let answer = try await Self.final(urls, daemon, [Tus.document()])
            #expect(answer.status == 201, "\(answer.text)")
            let upload = try UploadAddress(location: answer["Location"], of: daemon)
            let bytes = order.flatMap { pieces[$0] }
            try await daemon.expectPublished(upload, bytes)
            // A10.68
            let head = try await daemon.head(upload)
            #expect(head["Upload-Concat"] == "final;" + urls.joined(separator: " "))
            #expect(head["Upload-Length"] == "\(bytes.count)")
            #expect(head["Upload-Offset"] == "\(bytes.count)")
        }
    }

    @Test("A10.64: a final takes no bytes and needs no length")
    func body() async throws {
        let daemon = try Daemon.current()
        let part = try await Self.part(Samples.document(100), daemon)
        let fields = [("Upload-Concat", "final;\(part.path)"), Tus.document(), Tus.octets]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [1, 2, 3])
        try answer.expectProblem(403, "upload_final")
        let other = try await Self.final([part.path], daemon, [Tus.document(), ("Upload-Length", "7")])
        #expect(other.status == 201 || other.status == 400, "\(other.text)")
    }

    @Test("A10.64: a sum over the limit answers 413")
    func tooLarge() async throws {
        let daemon = try Daemon.current()
        let part = try await Self.part(Samples.document(3 << 20), daemon)
        let answer = try await Self.final(Array(repeating: part.path, count: 6), daemon, [Tus.document()])
        try answer.expectProblem(413, "file_too_large")
    }

    @Test("A10.65: parts that are unfinished, not partial, foreign, unknown or none answer 400")
    func unusable() async throws {
        let daemon = try Daemon.current()
        let good = try await Self.part(Samples.document(100), daemon)
        let unfinished = try await daemon.createUpload(100, Self.partial)
        let whole = try await daemon.createUpload(100)
        let answer = try await Self.final([good.path], daemon, [Tus.document()])
        let final = try UploadAddress(location: answer["Location"], of: daemon)
        let before = daemon.site.uploadsInStaging
        for part in [
            unfinished.path, whole.path, final.path, UploadAddress.unknown.path,
            "https://elsewhere.example\(good.path)",
            "//elsewhere.example\(good.path)", "/api/media/\(good.id)", "../../etc/passwd", "file://\(good.path)",
        ] {
            for parts in [[part], [good.path, part]] {
                let answer = try await Self.final(parts, daemon, [Tus.document()])
                try answer.expectProblem(400, "unusable_part", "\(parts)")
                #expect(answer["Location"] == nil)
            }
        }
        for value in ["final;", "final; ", "final", "partial;x", "whole", "", "Final;\(good.path)"] {
            let fields = [("Upload-Concat", value), ("Upload-Length", "1"), Tus.document()]
            let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
            #expect(answer.status == 400, "\(value): \(answer.text)")
        }
        #expect(daemon.site.uploadsInStaging.isSuperset(of: before.intersection([good.id, unfinished.id])))
    }

    @Test("A10.66: only the final's own metadata counts")
    func metadata() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let (partName, finalName) = (uniqueName("part"), uniqueName("final"))
        let part = try await daemon.createUpload(100, Tus.document(partName), [Self.partial])
        try await daemon.append(bytes, to: part, at: 0)
        let answer = try await Self.final([part.path], daemon, [Tus.document(finalName)])
        let upload = try UploadAddress(location: answer["Location"], of: daemon)
        #expect(try await daemon.expectPublished(upload, bytes).path == "documents/\(finalName).txt")
        #expect(!daemon.site.filesInTree.contains { $0.contains(partName) })
        // The part's collection is not the final's.
        try await Self.final([part.path], daemon).expectProblem(400, "invalid_request")
    }

    @Test("A10.67, A4.27: PATCH of a final answers 403 and changes neither it nor its parts", arguments: [0, 100])
    func patchFinal(offset: Int) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let part = try await Self.part(bytes, daemon)
        let answer = try await Self.final([part.path], daemon, [Tus.document()])
        let upload = try UploadAddress(location: answer["Location"], of: daemon)
        try await daemon.patch(upload, at: offset, [1]).expectProblem(403, "upload_final")
        try await daemon.expectPublished(upload, bytes)
        try await daemon.patch(upload, at: offset, [1]).expectProblem(403, "upload_final")
        try await daemon.expectPublished(upload, bytes)
        #expect(try await daemon.offset(of: part) == 100)
    }

    @Test("A10.70: many large parts answer at once, and the offset comes when all is there")
    func quick() async throws {
        let daemon = try Daemon.current()
        let clip = try Samples.video(padding: 20 << 20)
        let middle = clip.count / 2
        let first = try await Self.part(Array(clip[..<middle]), daemon)
        let second = try await Self.part(Array(clip[middle...]), daemon)
        let start = ContinuousClock.now
        let metadata = Tus.metadata([("collection", "videos"), ("name", uniqueName())])
        let answer = try await Self.final([first.path, second.path], daemon, [metadata])
        // Clock: rule A10.70 promises a response at once, because browsers give up.
        #expect(ContinuousClock.now - start < .seconds(20))
        let upload = try UploadAddress(location: answer["Location"], of: daemon)
        let head = try await daemon.head(upload)
        #expect(head["Upload-Offset"] == nil || head["Upload-Offset"] == "\(clip.count)")
        #expect(head["Upload-Length"] == "\(clip.count)")
        try await daemon.expectPublished(upload, clip)
        #expect(try await daemon.offset(of: upload) == clip.count)
    }
}
