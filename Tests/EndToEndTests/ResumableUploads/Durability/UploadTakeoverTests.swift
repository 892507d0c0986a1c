import MediaTesting
import Testing

/// Checklist A4.34, A4.35 and B20: several requests on one upload.
@Suite("Requests on one upload at once", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct UploadTakeoverTests {
    enum Newer: String, CaseIterable, Sendable {
        case tusHead
        case tusPatch
        case tusDelete
        case httpHead
        case httpPatch
    }

    @Test(
        "A4.34, B20: a newer one is served within a second when the older connection stands still",
        arguments: Newer.allCases
    )
    func stalled(newer: Newer) async throws {
        let daemon = try Daemon.current()
        try await expectSoon(within: .seconds(1)) {
            let bytes = Samples.document(300_000)
            let upload = try await daemon.createUpload(bytes.count)
            let old = try await daemon.stall(upload, length: bytes.count, sending: bytes.prefix(220_000))
            let start = ContinuousClock.now
            switch newer {
            case .tusHead: #expect(try await daemon.offset(of: upload) == 220_000)
            case .tusPatch: try await daemon.append(bytes[220_000..<230_000], to: upload, at: 220_000)
            case .tusDelete: #expect(try await daemon.tus("DELETE", upload.path).status == 204)
            case .httpHead: #expect(try await daemon.status(of: upload).offset == 220_000)
            case .httpPatch:
                let answer = try await daemon.append(bytes[220_000..<230_000], to: upload, at: 220_000, complete: false)
                #expect(answer.status == 204, "\(answer.text)")
            }
            // Clock: rule A4.34 promises a second.
            let elapsed = ContinuousClock.now - start
            // The older one is told, or hung up on, and what it still sends is not taken.
            try? await old.send([UInt8](repeating: 0x21, count: 50_000))
            if let answer = try? await old.receive(to: "PATCH") {
                #expect(answer.status == 400 || answer.status == 410, "\(answer.status) \(answer.text)")
            }
            guard newer != .tusDelete else {
                #expect(try await daemon.head(upload).status == 410)
                return elapsed
            }
            let offset = try await daemon.offset(of: upload)
            #expect(offset == (newer == .tusPatch || newer == .httpPatch ? 230_000 : 220_000))
            try await daemon.append(bytes[offset...], to: upload, at: offset)
            try await daemon.expectPublished(upload, bytes)
            return elapsed
        }
    }

    @Test("A4.34: a newer request takes over from one whose bytes go on coming")
    func sending() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(8 << 20)
        let upload = try await daemon.createUpload(bytes.count)
        let old = try await daemon.stall(upload, length: bytes.count, sending: bytes.prefix(1000))
        let sender = Task {
            var sent = 1000
            while sent < bytes.count, !Task.isCancelled {
                do { try await old.send(Array(bytes[sent..<min(sent + 20_000, bytes.count)])) } catch { return }
                sent += 20_000
                // Pause: of the client, on a slow line: the whole would take seconds.
                try? await Task.sleep(for: .milliseconds(15))
            }
        }
        try await daemon.expectWritten(200_000, of: upload)
        let offset = try await daemon.offset(of: upload)
        #expect(offset >= 200_000 && offset < bytes.count)
        // It was the last word of the older one.
        #expect(try await daemon.offset(of: upload) == offset)
        sender.cancel()
        await sender.value
        try await daemon.append(bytes[offset...], to: upload, at: offset)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("A4.35: of two PATCHes at the same offset one wins, and no byte is another's", arguments: 0..<5)
    func race(round: Int) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(50_000)
        let bodies = (0..<4).map { [UInt8](repeating: UInt8(0x61 + $0), count: 50_000 / 2) }
        let statuses = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for (number, body) in bodies.enumerated() {
                group.addTask { (number, try await daemon.patch(upload, at: 0, body).status) }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
        }
        let winners = statuses.filter { $0.value == 204 }.keys
        #expect(winners.count == 1, "\(statuses)")
        #expect(statuses.values.allSatisfy { [204, 409, 423, 400].contains($0) }, "\(statuses)")
        let winner = try #require(winners.first)
        let rest = [UInt8](repeating: 0x7A, count: 25_000)
        try await daemon.append(rest, to: upload, at: 25_000)
        try await daemon.expectPublished(upload, bodies[winner] + rest)
    }

    @Test("B20: a crowd of requests of every kind ends, and the upload is right")
    func crowd() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(400_000)
        let upload = try await daemon.createUpload(bytes.count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    for _ in 0..<5 {
                        let offset = try await daemon.report(on: upload).offset
                        guard offset < bytes.count else { return }
                        let end = min(offset + 15_000 + number, bytes.count)
                        switch number % 4 {
                        case 0: _ = try await daemon.offset(of: upload)
                        case 1:
                            _ = try await daemon.append(bytes[offset..<end], to: upload, at: offset, complete: false)
                        default: _ = try await daemon.patch(upload, at: offset, bytes[offset..<end])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let offset = try await daemon.offset(of: upload)
        #expect(offset > 0)
        try await daemon.append(bytes[offset...], to: upload, at: offset)
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("B20: two completions at once make one file")
    func twoCompletions() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let name = uniqueName()
        let upload = try await daemon.beginUpload(bytes, target: DaemonProcess.documentTarget(name))
        async let first = daemon.append([], to: upload, at: 1000, complete: true)
        async let second = daemon.append([], to: upload, at: 1000, complete: true)
        let statuses = try await [first.status, second.status]
        #expect(statuses.contains(201), "\(statuses)")
        try await daemon.expectPublished(upload, bytes)
        #expect(daemon.site.filesInTree.filter { $0.contains(name) } == ["documents/\(name).txt"])
        #expect(try await daemon.records(in: "documents").filter { $0.path.contains(name) }.count == 1)
    }
}
