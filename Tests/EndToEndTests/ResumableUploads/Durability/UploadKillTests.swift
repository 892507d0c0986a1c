import MediaTesting
import Testing

/// kill -9 at random moments while clients send.
@Suite("Resumable uploads and a daemon that is killed", .serialized, .timeLimit(.minutes(10)))
struct UploadKillTests {
    @Test("lose nothing that was told as stored, eight times over, byte for byte")
    func randomKills() async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let whereabouts = DaemonWhereabouts()
        let mischief = PersistentClient.Mischief(isOn: false, sizes: 3_000_000...12_000_000, requestSize: 150_000)
        // Another one in each run: there are more instants than one run can try.
        let seed = SeededNumbers.seed(.random(in: 0...UInt64(UInt32.max)))
        let clients = (0..<6).map { number in
            let name = "kill-\(number)"
            return PersistentClient(
                name: name,
                seed: seed &+ UInt64(number),
                mischief: mischief,
                whereabouts: whereabouts
            )
        }
        var generator = SeededNumbers(seed: seed)
        var daemon = try await site.start()
        whereabouts.set(daemon)
        try await withThrowingTaskGroup(of: Record.self) { group in
            for client in clients { group.addTask { try await client.run() } }
            for _ in 0..<8 {
                // Pause: the instant of the kill is the subject.
                try await Task.sleep(for: .milliseconds(.random(in: 150...700, using: &generator)))
                whereabouts.set(nil)
                await daemon.kill9()
                daemon = try await site.start()
                whereabouts.set(daemon)
            }
            for try await record in group { site.expectInTree(record) }
        }
        #expect(try await daemon.records(in: "documents").count == site.filesInTree.count)
        #expect(try await daemon.terminate() == .exited(0), "\(daemon.lastWords)")
        try await site.expectClean()
        try await site.remove()
    }

    @Test("go on where a single large request was cut off", arguments: [true, false])
    func oneRequest(isTus: Bool) async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads("checkpointSize: 1MiB"))
        let bytes = Samples.document(10 << 20)
        var daemon = try await site.start()
        let upload = isTus ? try await daemon.createUpload(bytes.count) : try await daemon.beginUpload([])
        var floor = 0
        for written in [300_000, 3_500_000, 7_000_001] {
            let fields = isTus ? Tus.patch(at: floor) : Interop.current.append(at: floor, true)
            let probe = try await daemon.connect()
            try await probe.send("PATCH", upload.path, fields + [("Content-Length", "\(bytes.count - floor)")])
            try await probe.send(Array(bytes[floor..<written]))
            try await daemon.expectReceiving(upload, written - floor, from: floor)
            try await daemon.expectWritten(written - (256 << 10), of: upload)
            await daemon.kill9()
            // The connection was open until then.
            withExtendedLifetime(probe) {}
            let size = site.sizeInStaging(of: upload)
            daemon = try await site.start()
            let offset = isTus ? try await daemon.offset(of: upload) : try await daemon.status(of: upload).offset
            // The same kernel still has every written byte.
            #expect(offset == size)
            #expect(offset >= floor && offset <= written)
            floor = offset
        }
        if isTus {
            try await daemon.append(bytes[floor...], to: upload, at: floor)
        } else {
            _ = try await daemon.append(bytes[floor...], to: upload, at: floor, complete: true).record()
        }
        try await daemon.expectPublished(upload, bytes)
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }

    @Test("A7.53: a request with a checksum that the kill cut off leaves nothing")
    func verified() async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads("checkpointSize: 1MiB"))
        let bytes = Samples.document(5 << 20)
        var daemon = try await site.start()
        let upload = try await daemon.createUpload(bytes.count)
        try await daemon.append(bytes.prefix(1000), to: upload, at: 0)
        let rest = Array(bytes[1000...])
        let probe = try await daemon.stall(
            upload,
            at: 1000,
            length: rest.count,
            sending: rest.dropLast(),
            [Checksums.field("sha1", of: rest)]
        )
        try await daemon.expectWritten(bytes.count - (256 << 10), of: upload)
        await daemon.kill9()
        withExtendedLifetime(probe) {}
        daemon = try await site.start()
        #expect(try await daemon.offset(of: upload) == 1000)
        try await daemon.append(rest, to: upload, at: 1000, [Checksums.field("sha256", of: rest)])
        try await daemon.expectPublished(upload, bytes)
        await daemon.kill9()
        try await site.remove()
    }
}
