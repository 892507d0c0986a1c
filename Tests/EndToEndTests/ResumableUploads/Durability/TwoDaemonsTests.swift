import MediaTesting
import Testing

/// Two daemons on one storage root and one database, as behind a load balancer.
@Suite("Resumable uploads with two daemons", .serialized, .timeLimit(.minutes(5)))
struct TwoDaemonsTests {
    @Test("go on at either of them")
    func eitherOne() async throws {
        try await Self.withTwo { first, second in
            let bytes = Samples.document(600_000)
            let upload = try await first.createUpload(bytes.count)
            let daemons = [first, second]
            for (number, start) in stride(from: 0, to: bytes.count, by: 100_000).enumerated() {
                let (here, there) = (daemons[number % 2], daemons[(number + 1) % 2])
                try await here.append(bytes[start..<start + 100_000], to: upload, at: start)
                #expect(try await there.offset(of: upload) == start + 100_000)
            }
            let record = try await first.expectPublished(upload, bytes)
            #expect(try await second.expectPublished(upload, bytes) == record)
        }
    }

    @Test(
        "are taken over within a second or two from a connection that stands still at the other",
        arguments: [true, false]
    )
    func takeover(isHead: Bool) async throws {
        try await Self.withTwo { first, second in
            try await expectSoon(within: .seconds(2)) {
                let bytes = Samples.document(300_000)
                let upload = try await first.createUpload(bytes.count)
                let old = try await first.stall(upload, length: bytes.count, sending: bytes.prefix(250_000))
                let start = ContinuousClock.now
                if isHead {
                    #expect(try await second.offset(of: upload) == 250_000)
                } else {
                    try await second.append(bytes[250_000..<260_000], to: upload, at: 250_000)
                }
                // Clock: rule A4.34 promises a second; another daemon hears of it through the database.
                let elapsed = ContinuousClock.now - start
                try? await old.send([UInt8](repeating: 0x21, count: 10_000))
                let offset = try await second.offset(of: upload)
                #expect(offset == (isHead ? 250_000 : 260_000))
                try await second.append(bytes[offset...], to: upload, at: offset)
                try await first.expectPublished(upload, bytes)
                return elapsed
            }
        }
    }

    @Test("A4.35: two PATCHes at the same offset, one at each: one wins", arguments: 0..<5)
    func race(round: Int) async throws {
        try await Self.withTwo { first, second in
            let upload = try await first.createUpload(100_000)
            let bodies = [UInt8(0x61), 0x62].map { [UInt8](repeating: $0, count: 60_000) }
            async let one = first.patch(upload, at: 0, bodies[0]).status
            async let other = second.patch(upload, at: 0, bodies[1]).status
            let statuses = try await [one, other]
            #expect(statuses.filter { $0 == 204 }.count == 1, "\(statuses)")
            #expect(statuses.allSatisfy { [204, 400, 409, 423].contains($0) }, "\(statuses)")
            let winner = try #require(statuses.firstIndex(of: 204))
            let rest = [UInt8](repeating: 0x7A, count: 40_000)
            try await second.append(rest, to: upload, at: 60_000)
            try await first.expectPublished(upload, bodies[winner] + rest)
        }
    }

    @Test("A9.61: DELETE at one stops a request at the other")
    func deletion() async throws {
        try await Self.withTwo { first, second in
            let name = uniqueName()
            let upload = try await first.createUpload(300_000, Tus.document(name))
            let old = try await first.stall(upload, length: 300_000, sending: Samples.document(200_000))
            #expect(try await second.tus("DELETE", upload.path).status == 204)
            try? await old.send([UInt8](repeating: 0x61, count: 100_000))
            #expect(try await eventually { !first.site.uploadsInStaging.contains(upload.id) })
            #expect(try await first.head(upload).status == 410)
            #expect(!first.site.filesInTree.contains { $0.contains(name) })
        }
    }

    @Test("outlive the daemon that received them; its start does not disturb those of the other")
    func killed() async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let first = try await site.start()
        let second = try await site.start()
        let bytes = Samples.document(400_000)
        let (dying, living) = (try await first.createUpload(bytes.count), try await second.createUpload(bytes.count))
        let cutOff = try await first.stall(dying, length: bytes.count, sending: bytes.prefix(250_000))
        let going = try await second.stall(living, length: bytes.count, sending: bytes.prefix(200_000))
        await first.kill9()
        withExtendedLifetime(cutOff) {}
        // What it had not written yet is gone with its memory; nobody was told that it was stored.
        let written = site.sizeInStaging(of: dying)
        #expect(written >= DaemonProcess.writeLength)
        #expect(try await second.offset(of: dying) == written)
        let third = try await site.start()
        try await going.send(Array(bytes.dropFirst(200_000)))
        #expect(try await going.receive(to: "PATCH").status == 204)
        try await third.append(bytes[written...], to: dying, at: written)
        try await third.expectPublished(living, bytes)
        try await second.expectPublished(dying, bytes)
        for daemon in [second, third] { #expect(try await daemon.terminate() == .exited(0), "\(daemon.lastWords)") }
        try await site.expectClean()
        try await site.remove()
    }

    private static func withTwo(_ body: @Sendable (DaemonProcess, DaemonProcess) async throws -> Void) async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let first = try await site.start()
        let second = try await site.start()
        try await withLog(of: first) {
            try await withLog(of: second) { try await body(first, second) }
        }
        for daemon in [first, second] { #expect(try await daemon.terminate() == .exited(0), "\(daemon.lastWords)") }
        try await site.expectClean()
        try await site.remove()
    }
}
