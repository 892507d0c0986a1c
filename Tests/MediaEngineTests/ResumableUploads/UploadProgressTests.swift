import Access
import MediaCore
import MediaTesting
import Synchronization
import Testing

@testable import MediaEngine

@Suite("How far uploads have come")
struct UploadProgressTests {
    private final class NotingProgress: UploadProgressSink {
        private let kept = Mutex<[[UploadAdvance]]>([])

        var rounds: [[String]] {
            self.kept.withLock { rounds in
                rounds.map { $0.map { "\($0.collection ?? "-") \($0.received.bytes)/\($0.length?.bytes ?? -1)" } }
            }
        }

        func progress(_ uploads: [UploadAdvance]) { self.kept.withLock { $0.append(uploads) } }
    }

    /// Hears of the uploads of one person.
    private struct Ears: EventAuthority {
        let owner: String?
        func mayHear(_ event: FeedEvent) -> Bool { false }
        func maySee(_ upload: UploadReference) -> Bool { upload.owner == self.owner }
        func state() async -> EventAccess { .valid }
        var canEnd: Bool { false }
    }

    @Test("Who may see an upload hears how far it has come, once for each step, and where its request ended")
    func told() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let topic = fixture.engine.uploadProgress
        let ann = ResumableUploadService.Client(key: "1", name: "ann")
        let (anns, bobs, others) = (NotingProgress(), NotingProgress(), NotingProgress())
        let listening = topic.listen(anns, filter: .all, authority: Ears(owner: "ann"))
        _ = topic.listen(bobs, filter: .all, authority: Ears(owner: "bob"))
        _ = topic.listen(others, filter: FeedFilter(collections: ["posters"]), authority: Ears(owner: "ann"))
        let id = try await fixture.announce(8, for: ann)
        topic.tell()
        let body = HangingBody()
        let sending = Task { await fixture.refusal("abcdefgh", at: 0, to: id, for: ann, body: body.source("abcd")) }
        #expect(try await eventually { body.isHanging })
        topic.tell()
        topic.tell()
        #expect(anns.rounds == [["documents 4/8"]])
        fixture.resumable.close()
        _ = await sending.value
        topic.tell()
        topic.tell()
        #expect(anns.rounds == [["documents 4/8"], ["documents 4/8"]])
        listening?.cancel()
        #expect(bobs.rounds.isEmpty && others.rounds.isEmpty)
    }

    @Test("No more listen than may, and who goes makes room")
    func bounded() {
        let topic = UploadProgressTopic { Timestamp(microseconds: 0) }
        let sink = NotingProgress()
        let listen = { topic.listen(sink, filter: .all, authority: Ears(owner: nil)) }
        let places = (0..<UploadProgressTopic.maximumListeners).map { _ in listen() }
        #expect(!places.contains { $0 == nil })
        #expect(listen() == nil)
        places[7]?.cancel()
        #expect(listen() != nil)
    }
}
