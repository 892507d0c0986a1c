import Glibc
import MediaTesting
import Testing

/// A storage root on a file system of 28 MiB, of which 4 MiB are kept free. Mounting one takes root's rights.
@Suite(
    "F6: a length that the disk has no room for",
    .serialized,
    .timeLimit(.minutes(3)),
    .enabled(if: geteuid() == 0, "needs root to mount a small file system")
)
struct AnnouncedSpaceTests {
    private static let mebibyte = 1 << 20
    private static let film = Tus.metadata([("collection", "videos"), ("name", "film")])

    @Test("is 507 before a byte comes: tus, IETF, a plain body, a form")
    func refused() async throws {
        try await Self.withSmallDisk { daemon in
            let length = "\(40 * Self.mebibyte)"
            let tus = try await daemon.tus("POST", "/api/uploads", [("Upload-Length", length), Self.film], body: [])
            try tus.expectProblem(507, "storage_full")
            let draft = try await daemon.request(
                "POST",
                "/api/upload?collection=videos&name=draft",
                Interop.current.creation(false) + [("Upload-Length", length)],
                body: []
            )
            try draft.expectProblem(507, "storage_full")
            // Not a byte of the body is sent.
            for fields in [[], [("Content-Type", Form().contentType)]] {
                let probe = try await daemon.connect()
                try await probe.send(
                    "POST",
                    "/api/upload?collection=videos&name=plain",
                    fields + [("Content-Length", length), ("Expect", "100-continue")]
                )
                try await probe.receive(to: "POST").expectProblem(507, "storage_full")
            }
            #expect(daemon.site.filesInStaging.isEmpty)
            #expect(try await daemon.upload(try Samples.jpeg(), "collection=posters&name=small").status == 201)
        }
    }

    @Test("counts what open uploads will bring, paused ones and plain ones under way; what is given up is free again")
    func besideOthers() async throws {
        try await Self.withSmallDisk { daemon in
            let half = 14 * Self.mebibyte
            let paused = try await daemon.createUpload(half, Self.film)
            // Reserved, and counted once: also when a part of it is there.
            #expect(
                try await daemon.patch(paused, at: 0, try Samples.video(padding: 4 << 20).prefix(4 << 20)).status == 204
            )
            let second = try await daemon.tus(
                "POST",
                "/api/uploads",
                [("Upload-Length", "\(half)"), Tus.metadata([("collection", "videos"), ("name", "second")])],
                body: []
            )
            try second.expectProblem(507, "storage_full")
            try await Self.begin(half, "late", daemon).receive(to: "POST").expectProblem(507, "storage_full")
            #expect(try await daemon.tus("DELETE", paused.path).status == 204)
            // Two plain ones that are announced at once.
            let first = try await Self.begin(half, "first", daemon)
            #expect(try await eventually { !daemon.site.filesInStaging.isEmpty })
            try await Self.begin(half, "other", daemon).receive(to: "POST").expectProblem(507, "storage_full")
            let third = try await daemon.tus(
                "POST",
                "/api/uploads",
                [("Upload-Length", "\(half)"), Self.film],
                body: []
            )
            try third.expectProblem(507, "storage_full")
            first.reset()
            #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
            let bytes = try Samples.video(padding: 12 << 20)
            #expect(
                try await eventually { try await daemon.upload(bytes, "collection=videos&name=other").status == 201 }
            )
        }
    }

    @Test("that is not announced is cut off before the reserve")
    func reserve() async throws {
        try await Self.withSmallDisk { daemon in
            let probe = try await daemon.connect()
            try await probe.send(
                "POST",
                "/api/upload?collection=videos&name=endless",
                [("Transfer-Encoding", "chunked")]
            )
            let bytes = try Samples.video(padding: 1 << 20).prefix(1 << 20)
            let chunk = Array("100000\r\n".utf8) + bytes + Array("\r\n".utf8)
            for _ in 0..<32 { guard (try? await probe.send(chunk)) != nil else { break } }
            try? await probe.send(Array("0\r\n\r\n".utf8))
            try await probe.receive(to: "POST").expectProblem(507, "storage_full")
            #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
            #expect(try await daemon.upload(try Samples.jpeg(), "collection=posters&name=small").status == 201)
        }
    }

    @Test("An upload that names no collection is 400 at its creation")
    func noCollection() async throws {
        try await Self.withSmallDisk { daemon in
            let named = Tus.metadata([("name", "film")])
            let tus = try await daemon.tus("POST", "/api/uploads", [("Upload-Length", "10"), named], body: [])
            try tus.expectProblem(400, "invalid_request")
            let draft = try await daemon.request("POST", "/api/upload", Interop.current.creation(false), body: [])
            try draft.expectProblem(400, "invalid_request")
            let probe = try await daemon.connect()
            try await probe.send("POST", "/api/upload", [("Content-Length", "1000"), ("Expect", "100-continue")])
            try await probe.receive(to: "POST").expectProblem(400, "invalid_request")
        }
    }

    /// Begins a plain upload of so many bytes, and sends a few.
    private static func begin(_ length: Int, _ name: String, _ daemon: DaemonProcess) async throws -> HTTPProbe {
        let probe = try await daemon.connect()
        try await probe.send(
            "POST",
            "/api/upload?collection=videos&name=\(name)",
            [("Content-Length", "\(length)")]
        )
        try? await probe.send(Array(try Samples.video().prefix(1000)))
        return probe
    }

    private static func withSmallDisk(_ body: @Sendable (DaemonProcess) async throws -> Void) async throws {
        try await SmallDisk.with(
            mebibytes: 28,
            configuration: "storage:\n  reserve: 4MiB\n" + Configurations.standard,
            body
        )
    }
}
