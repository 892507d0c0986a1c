import MediaTesting
import Testing

/// Checklist B18 with steps small enough to see.
@Suite(
    "HTTP uploads: progress",
    .daemon(configuration: Configurations.uploads("checkpointSize: 1MiB")),
    .timeLimit(.minutes(1))
)
struct HTTPUploadProgressTests {
    @Test("B18: a long append is told how far it is durable, without an address")
    func progress() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(12 << 20)
        let upload = try await daemon.beginUpload([])
        let probe = try await daemon.connect()
        let fields = Interop.current.append(at: 0, true) + [("Content-Length", "\(bytes.count)")]
        try await probe.send("PATCH", upload.path, fields)
        try await probe.send(Array(bytes.prefix(8 << 20)))
        var offsets: [Int] = []
        var interim: [AnswerHead] = []
        // The first may be the one that says that all is well.
        while offsets.isEmpty {
            let head = try await probe.receiveAnyHead()
            try #require(head.status == 104)
            interim.append(head)
            #expect(head["Location"] == nil)
            if let offset = head["Upload-Offset"].flatMap({ Int($0) }), offset > 0 { offsets.append(offset) }
        }
        #expect(offsets.allSatisfy { $0 <= 8 << 20 })
        try await probe.send(Array(bytes.dropFirst(8 << 20)))
        let answer = try await probe.receiveExchange(to: "PATCH", after: interim)
        #expect(try answer.record().sha256 == Samples.sha256(bytes))
        let all = answer.resumptions.compactMap { $0["Upload-Offset"].flatMap { Int($0) } }
        #expect(all == all.sorted())
        #expect(answer.resumptions.allSatisfy { $0["Location"] == nil })
    }
}
