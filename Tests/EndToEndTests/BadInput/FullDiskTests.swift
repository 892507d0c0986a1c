import FoundationEssentials
import Glibc
import MediaTesting
import Testing

/// A storage root on a file system of 6 MiB. Mounting one takes root's rights.
@Suite(
    "A full disk",
    .serialized,
    .timeLimit(.minutes(3)),
    .enabled(if: geteuid() == 0, "needs root to mount a small file system")
)
struct FullDiskTests {
    @Test("refuses the upload, leaves nothing, and works again when there is room", arguments: [false, true])
    func full(isForm: Bool) async throws {
        try await Self.withSmallDisk { daemon in
            let small = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=small").record()
            let large = try Samples.jpeg(padding: 8 << 20)
            let refused =
                isForm
                ? try await daemon.upload(Form().field("collection", "posters").field("name", "large").file(large))
                : try await daemon.upload(large, "collection=posters&name=large")
            try refused.expectProblem(507, "storage_full")
            #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
            #expect(daemon.site.filesInTree == ["posters/small.jpg"])
            daemon.site.expectInTree(small)
            #expect(try await daemon.request("GET", small.url).status == 200)
            // What fits is taken, a replacement too.
            let next = try await daemon.upload(try Samples.jpeg(padding: 1 << 20), "collection=posters&name=small")
                .record()
            daemon.site.expectInTree(next)
        }
    }

    @Test("filled by others at the moment of an upload refuses it, and is left as it was")
    func filledByOthers() async throws {
        try await Self.withSmallDisk { daemon in
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=first").record()
            // Somebody else's file takes all that is left.
            let hog = "\(daemon.site.root)/hog"
            let filled = try await ChildProcess.run(.init("dd", ["if=/dev/zero", "of=\(hog)", "bs=4k"]))
            #expect(filled.ending != .exited(0))
            let refused = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=second")
            try refused.expectProblem(507, "storage_full")
            let replacement = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=first")
            try replacement.expectProblem(507, "storage_full")
            daemon.site.expectInTree(record)
            #expect(try await daemon.request("GET", record.url).status == 200)
            // Deleting needs no room.
            #expect(try await daemon.request("DELETE", "/api/media/\(record.id)").status == 204)
            unlink(hog)
            let again = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=second").record()
            daemon.site.expectInTree(again)
        }
    }

    private static func withSmallDisk(_ body: @Sendable (DaemonProcess) async throws -> Void) async throws {
        try await SmallDisk.with(mebibytes: 6, configuration: Configurations.standard, body)
    }
}
