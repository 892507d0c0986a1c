import MediaTesting
import Testing

/// A daemon whose storage root is a small file system in memory. Mounting one takes root's rights.
enum SmallDisk {
    /// - Parameters:
    ///   - mebibytes: how large the file system is.
    ///   - body: behind it the daemon is ended, and what it leaves must be sound.
    static func with(
        mebibytes: Int,
        configuration: String,
        _ body: @Sendable (DaemonProcess) async throws -> Void
    ) async throws {
        let site = try await DaemonSite(configuration: configuration)
        let mounted = try await ChildProcess.run(
            .init("mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", site.root])
        )
        try #require(mounted.ending == .exited(0), "no file system can be mounted here: \(mounted.errors)")
        let result: Result<Void, any Error>
        do {
            let daemon = try await site.start()
            try await withLog(of: daemon) { try await body(daemon) }
            #expect(try await daemon.terminate() == .exited(0))
            let fsck = try await site.run(["fsck"])
            #expect(fsck.ending == .exited(0), "\(fsck.text)\(fsck.errors)")
            result = .success(())
        } catch {
            result = .failure(error)
        }
        _ = try await ChildProcess.run(.init("umount", ["-l", site.root]))
        try result.get()
        try await site.remove()
    }
}
