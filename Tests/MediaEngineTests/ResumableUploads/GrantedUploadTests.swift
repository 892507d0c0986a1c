import Access
import MediaCore
import MediaStorage
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("Uploads with a grant")
struct GrantedUploadTests {
    private static func client(_ id: String = "g", owner: String? = nil) throws -> ResumableUploadService.Client {
        let grant = try #require(
            UploadGrant(
                id: id,
                files: try NamePattern("documents/*"),
                owner: owner,
                end: Timestamp(microseconds: Timestamp.now().microseconds + 60_000_000)
            )
        )
        return .init(key: "192.0.2.1", principal: .grant(grant))
    }

    private static func creation(
        _ client: ResumableUploadService.Client,
        length: Int64? = 8,
        name: String = "1",
        adjust: (inout UploadConditions) -> Void = { _ in }
    ) -> ResumableUploadService.Creation {
        var conditions = client.principal.grant?.conditions ?? .none
        adjust(&conditions)
        return .init(
            transport: .tus,
            length: length.map { ByteCount(bytes: $0) },
            target: .init(collection: "documents", name: name),
            conditions: conditions
        )
    }

    @Test("are found when they are begun again, at another process too, until they are files and after")
    func repeated() async throws {
        let root = try TemporaryRoot()
        let memory = InMemoryCatalog()
        let (here, there) = (try EngineFixture(root, memory), try EngineFixture(root, memory))
        let client = try Self.client(owner: "ann")
        let first = try await here.resumable.create(Self.creation(client), for: client)
        #expect(!first.isRepeated && first.upload.owner == "ann" && first.upload.beganWith == "grant:g")
        try await here.send("%PDF", at: 0, to: first.upload.id, for: client)
        let second = try await there.resumable.create(Self.creation(client), for: client)
        #expect(second.isRepeated && second.upload.id == first.upload.id)
        #expect(second.offset == ByteCount(bytes: 4))
        try await there.send("-1.7", at: 4, to: first.upload.id, for: client)
        let third = try await here.resumable.create(Self.creation(client), for: client)
        #expect(third.isRepeated && third.upload.state == .complete && third.offset == ByteCount(bytes: 8))
        let file = try #require(try await memory.file(ofGrant: "g"))
        #expect(file.owner == "ann" && third.upload.fileID == file.id)
        let error = await #expect(throws: MediaError.self) {
            try await here.resumable.create(Self.creation(client, length: 9), for: client)
        }
        #expect(error?.code == .grantUsed)
    }

    @Test("are nobody else's")
    func others() async throws {
        let fixture = try EngineFixture(try TemporaryRoot())
        let client = try Self.client()
        let id = try await fixture.resumable.create(Self.creation(client), for: client).upload.id
        let key = try #require(KeyID("abcdefgh2345"))
        for other in [
            try Self.client("other"), .init(key: "192.0.2.1", principal: .anonymous),
            .init(key: "192.0.2.1", principal: .key(key, scopes: .none, end: nil)),
        ] {
            let error = await #expect(throws: MediaError.self) {
                try await fixture.resumable.status(of: id, for: other)
            }
            #expect(error?.code == .notFound)
        }
        let manager = ResumableUploadService.Client(key: "192.0.2.1", principal: .key(key, scopes: .all, end: nil))
        #expect(try await fixture.resumable.status(of: id, for: manager).upload.id == id)
        try await fixture.resumable.terminate(id, for: client)
        let again = try await fixture.resumable.create(Self.creation(client), for: client)
        #expect(!again.isRepeated && again.upload.id != id)
    }

    @Test("keep to its sizes, types and digest to the end")
    func conditions() async throws {
        let fixture = try EngineFixture(try TemporaryRoot())
        let client = try Self.client()
        func refusal(_ length: Int64?, _ adjust: (inout UploadConditions) -> Void) async -> MediaError.Code? {
            do throws(MediaError) {
                _ = try await fixture.resumable.create(
                    Self.creation(client, length: length, adjust: adjust),
                    for: client
                )
                return nil
            } catch {
                return error.code
            }
        }
        #expect(await refusal(9) { $0.maximumSize = ByteCount(bytes: 8) } == .fileTooLarge)
        #expect(await refusal(7) { $0.size = ByteCount(bytes: 8) } == .lengthMismatch)
        #expect(await refusal(9) { $0.size = ByteCount(bytes: 8) } == .fileTooLarge)
        let cases: [((inout UploadConditions) -> Void, MediaError.Code)] = [
            ({ $0.types = ["image/*"] }, .typeNotAllowed),
            ({ $0.digest = SampleRecords.digest(1) }, .checksumMismatch),
        ]
        for (adjust, code) in cases {
            let creation = Self.creation(client, adjust: adjust)
            let id = try await fixture.resumable.create(creation, for: client).upload.id
            let status = try await fixture.send("%PDF-1.7", at: 0, to: id, for: client)
            #expect(status.upload.problem?.code == code.rawValue)
        }
        // The last one failed: the grant is free again.
        let id = try await fixture.resumable.create(Self.creation(client), for: client).upload.id
        #expect(try await fixture.send("%PDF-1.7", at: 0, to: id, for: client).upload.state == .complete)
    }

    @Test("begin until the grant's end and no later; what was begun goes on")
    func expiry() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(try TemporaryRoot(), uploadClock: { clock.now })
        let (begun, late) = (try Self.client("begun"), try Self.client("late"))
        let id = try await fixture.resumable.create(Self.creation(begun), for: begun).upload.id
        clock.advance(by: .seconds(3600))
        let error = await #expect(throws: MediaError.self) {
            try await fixture.resumable.create(Self.creation(late, name: "2"), for: late)
        }
        #expect(error?.code == .tokenExpired)
        #expect(try await fixture.resumable.create(Self.creation(begun), for: begun).upload.id == id)
        #expect(try await fixture.send("%PDF-1.7", at: 0, to: id, for: begun).upload.state == .complete)
    }

    @Test("do not replace where the grant does not say so")
    func replacing() async throws {
        let fixture = try EngineFixture(try TemporaryRoot())
        let (first, second) = (try Self.client("1"), try Self.client("2"))
        func send(_ client: ResumableUploadService.Client, replaces: Bool) async throws -> Upload {
            var creation = Self.creation(client) { $0.mayReplace = replaces }
            creation.target = .init(collection: "videos", name: "1", replace: true)
            let id = try await fixture.resumable.create(creation, for: client).upload.id
            return try await fixture.send("mp4 moov", at: 0, to: id, for: client).upload
        }
        #expect(try await send(first, replaces: false).state == .complete)
        #expect(try await send(second, replaces: false).problem?.code == MediaError.Code.forbidden.rawValue)
        #expect(try await send(second, replaces: true).state == .complete)
    }
}
