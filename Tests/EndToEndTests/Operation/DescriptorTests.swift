import Foundation
import MediaTesting
import Testing

@Suite("A daemon's open files", .timeLimit(.minutes(2)), .daemon())
struct DescriptorTests {
    @Test("are as many after uploads as before: whole ones, resumed ones, refused ones, cut off ones")
    func balance() async throws {
        let daemon = try Daemon.current()
        // The first of each kind may open what stays open: database connections, workers.
        try await Self.useAll(daemon)
        let before = try Self.count(daemon)
        for _ in 0..<20 { try await Self.useAll(daemon) }
        // Connections of clients that are gone close a moment later.
        let isBalanced = try await eventually { try Self.count(daemon) <= before + 4 }
        let after = try Self.count(daemon)
        #expect(isBalanced, "\(before) before, \(after) after")
    }

    private static func useAll(_ daemon: DaemonProcess) async throws {
        let plain = try await daemon.upload(Array("plain text\n".utf8), "collection=documents&name=\(uniqueName())")
        #expect(plain.status == 201)
        let refused = try await daemon.upload(Array("plain text\n".utf8), "collection=posters&name=\(uniqueName())")
        #expect(refused.status == 415)
        let upload = try await daemon.createUpload(12)
        #expect(try await daemon.patch(upload, at: 0, Array("hello ".utf8)).status == 204)
        #expect(try await daemon.patch(upload, at: 6, Array("world\n".utf8)).status == 204)
        let wrong = try await daemon.createUpload(12)
        #expect(try await daemon.patch(wrong, at: 3, Array("hello ".utf8)).status == 409)
        #expect(try await daemon.tus("DELETE", wrong.path).status == 204)
    }

    private static func count(_ daemon: DaemonProcess) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.process.processID)/fd").count
    }
}
