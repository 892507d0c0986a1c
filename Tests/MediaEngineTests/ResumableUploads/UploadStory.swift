import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

/// A client's way through an upload, and what it was told on it.
final class UploadStory {
    private let journey: UploadFaultTests.Journey
    /// What the client knows the address of.
    private var id: UploadID?
    private var parts: [UploadID] = []
    /// Bytes that were acknowledged.
    private var acknowledged = 0
    private var isEnded = false
    private(set) var failure: MediaError?

    static let text = "pdf in three parts"

    init(_ journey: UploadFaultTests.Journey) { self.journey = journey }

    private var collection: String {
        switch self.journey {
        case .generatedName, .concatenation: "receipts"
        case .again: "posters"
        default: "documents"
        }
    }

    private var pieces: [String] { ["pdf in", " three ", "parts"] }

    /// What has come before the first fault.
    func prepare(in fixture: EngineFixture) async throws {
        switch self.journey {
        case .concatenation:
            for piece in self.pieces { self.parts.append(try await fixture.part(piece)) }
        case .again:
            let id = try await fixture.announce(Self.text.utf8.count, to: self.collection)
            try await fixture.send(Self.text, at: 0, to: id)
            (self.id, self.acknowledged) = (id, Self.text.utf8.count)
        default: break
        }
    }

    func run(in fixture: EngineFixture) async {
        do throws(MediaError) {
            try await self.walk(in: fixture)
        } catch {
            self.failure = error
        }
    }

    private func walk(in fixture: EngineFixture) async throws(MediaError) {
        switch self.journey {
        case .concatenation: self.id = try await fixture.concatenate(self.parts, to: self.collection).upload.id
        case .again: try await self.processAgain(in: fixture)
        case .pieces, .generatedName, .deferred, .verified, .announcedEnd: try await self.sendAll(in: fixture)
        case .termination:
            try await self.send(self.pieces[0], in: fixture)
            guard let id = self.id else { return }
            try await fixture.resumable.terminate(id, for: .anybody)
            self.isEnded = true
        }
    }

    private func sendAll(in fixture: EngineFixture) async throws(MediaError) {
        for piece in self.pieces { try await self.send(piece, in: fixture) }
    }

    private func send(_ piece: String, in fixture: EngineFixture) async throws(MediaError) {
        let length = Self.text.utf8.count
        let id: UploadID
        if let known = self.id {
            id = known
        } else {
            id = try await fixture.announce(
                self.journey == .deferred ? nil : length,
                to: self.collection,
                by: self.journey == .announcedEnd ? .resumableHTTP : .tus
            )
            self.id = id
        }
        let end = self.acknowledged + piece.utf8.count
        let isLast = end == length
        try await fixture.send(
            piece,
            at: self.acknowledged,
            to: id,
            length: self.journey == .deferred && isLast ? length : nil,
            ending: self.journey == .announcedEnd ? (isLast ? .now : .later) : .atLength,
            isVerified: self.journey == .verified
        )
        self.acknowledged = end
    }

    private func processAgain(in fixture: EngineFixture) async throws(MediaError) {
        guard let id = self.id else { return }
        _ = try await fixture.resumable.processAgain(id, changing: .init(collection: "documents"), for: .anybody)
    }

    // MARK: After the fault

    /// The client comes back to a daemon that works.
    func goOn(in fixture: EngineFixture, _ comment: Comment) async throws {
        try await fixture.settleUploads()
        if self.journey == .termination { return try await self.endAgain(in: fixture, comment) }
        guard let id = self.id else {
            // The client never heard of it: it begins anew. What was made without its knowing does not become a file, unless it
            // was all there.
            if self.journey == .concatenation, try await !fixture.texts().isEmpty { return }
            try await self.walk(in: fixture)
            return try await self.checkFile(in: fixture, comment)
        }
        var status = try await fixture.resumable.settledStatus(of: id, for: .anybody)
        if status.upload.state == .failed {
            #expect(self.journey == .again, comment)
            try await self.processAgain(in: fixture)
            status = try await fixture.look(at: id)
        }
        if status.upload.state == .receiving {
            let offset = Int(try #require(status.offset).bytes)
            #expect(offset >= self.acknowledged, comment)
            #expect(offset <= Self.text.utf8.count, comment)
            let bytes = fixture.root.read("staging/uploads/\(id)/data")
            #expect(bytes == String(Self.text.prefix(offset)), comment)
            try await fixture.send(
                String(Self.text.dropFirst(offset)),
                at: offset,
                to: id,
                length: self.journey == .deferred ? Self.text.utf8.count : nil,
                ending: self.journey == .announcedEnd ? .now : .atLength
            )
        }
        let result = try await fixture.resumable.result(of: id, for: .anybody)
        #expect(result.upload.state == .complete, "\(comment): \(String(describing: result.upload.problem))")
        #expect(result.offset?.bytes == Int64(Self.text.utf8.count), comment)
        try await self.checkFile(in: fixture, comment)
    }

    private func checkFile(in fixture: EngineFixture, _ comment: Comment) async throws {
        if let id = self.id { _ = try await fixture.resumable.result(of: id, for: .anybody) }
        #expect(try await fixture.texts() == [Self.text], comment)
        #expect(fixture.memory.events.count { $0.kind == .fileCreated } == 1, comment)
    }

    private func endAgain(in fixture: EngineFixture, _ comment: Comment) async throws {
        guard let id = self.id else { return }
        if !self.isEnded {
            let outcome = await code { () async throws(MediaError) in
                try await fixture.resumable.terminate(id, for: .anybody)
            }
            #expect(outcome == nil || outcome == .uploadGone, comment)
        }
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.look(at: id) } == .uploadGone,
            comment
        )
        #expect(try await fixture.texts() == [], comment)
    }
}
