import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Filling in what older records lack")
struct FactsFillerTests {
    private static func filler(_ fixture: EngineFixture, inspector: any Inspector = StubInspector()) -> FactsFiller {
        FactsFiller(
            catalog: fixture.catalog,
            files: fixture.files,
            changes: fixture.changes,
            inspector: inspector,
            limits: EngineFixture.limits,
            pause: .zero,
            retryInterval: .milliseconds(1),
            isPrepared: { true },
            logger: quietLogger
        )
    }

    /// Uploads a file and makes its record as it was before there were facts.
    @discardableResult
    private static func old(_ text: String, _ name: String, in fixture: EngineFixture) async throws -> MediaFile {
        let file = try await fixture.upload(text, to: "posters", name)
        var old = file
        (old.frames, old.hasAlpha, old.colorModel, old.thumbHash, old.dominantColor) = (nil, nil, nil, nil, nil)
        old.factsVersion = nil
        try await fixture.memory.adopt(old)
        return file
    }

    @Test("Every record gets its facts, once; the rest of it stays; new records are left alone")
    func all() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        var files: [MediaFile] = []
        for number in 1...3 { files.append(try await Self.old("jpeg \(number)", "\(number)", in: fixture)) }
        files.append(try await fixture.upload("jpeg new", to: "posters", "new"))
        let events = fixture.memory.events.count
        #expect(await Self.filler(fixture).fillIn() == .init(filled: 3))
        for file in files {
            let found = try await fixture.files.file(id: file.id)
            #expect(found.thumbHash != nil && found.factsVersion == Inspection.factsVersion)
            #expect(found == file)
        }
        #expect(fixture.memory.events.dropFirst(events).map(\.kind) == [.fileUpdated, .fileUpdated, .fileUpdated])
        #expect(await Self.filler(fixture).fillIn() == .init())
    }

    @Test("What cannot be read any more, or is of another type now, is left, and does not stop the others")
    func broken() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        for name in ["damaged", "gone", "other", "good"] { try await Self.old("jpeg \(name)", name, in: fixture) }
        try await fixture.tree.remove(MediaPath(trusted: "posters/gone.jpg"))
        let summary = await Self.filler(fixture, inspector: PickyInspector()).fillIn()
        #expect(summary == .init(filled: 1, failed: 3))
        let left = try await fixture.memory.files(factsBelow: 1, after: nil, limit: 10)
        #expect(left.map(\.name.text) == ["damaged", "gone", "other"])
    }

    @Test("What passes is waited for")
    func busy() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try await Self.old("jpeg", "1", in: fixture)
        #expect(await Self.filler(fixture, inspector: BusyInspector()).fillIn() == .init(filled: 1))
    }

    @Test("As a service it waits for the schema, works, and stays until it is told to end")
    func service() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let file = try await Self.old("jpeg", "1", in: fixture)
        let task = Task { try await Self.filler(fixture).run() }
        #expect(try await eventually { try await fixture.files.file(id: file.id).thumbHash != nil })
        task.cancel()
        try await task.value
    }
}

/// Refuses the first two jobs.
private actor BusyInspector: Inspector {
    private var refusals = 2

    func inspect(
        _ file: OpenFile,
        allowedTypes: [String],
        limits: ImageLimits,
        urgency: JobUrgency
    ) async throws(MediaError) -> Inspection {
        #expect(!urgency.isUrgent, "nobody waits for it")
        if self.refusals > 0 {
            self.refusals -= 1
            throw MediaError(.busy, "Too many jobs are waiting.")
        }
        return try await StubInspector().inspect(file, allowedTypes: allowedTypes, limits: limits)
    }
}

/// Finds fault with what says `damaged`, and a PNG in what says `other`.
private struct PickyInspector: Inspector {
    func inspect(
        _ file: OpenFile,
        allowedTypes: [String],
        limits: ImageLimits,
        urgency: JobUrgency
    ) async throws(MediaError) -> Inspection {
        let text = String(decoding: OpenFileBytes.read(file), as: UTF8.self)
        if text.contains("damaged") { throw MediaError(.fileDamaged, "The picture is cut off.") }
        if text.contains("other") { return Inspection(type: .png) }
        return try await StubInspector().inspect(file, allowedTypes: allowedTypes, limits: limits)
    }
}
