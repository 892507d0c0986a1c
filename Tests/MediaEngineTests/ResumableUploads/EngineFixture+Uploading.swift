import MediaCore
import MediaStorage
import MediaTesting
import Synchronization
import Testing

@testable import MediaEngine

extension UploadSettings {
    /// Bounds that no test meets unless it sets them.
    static func forTests(
        maximumOpenPerClient: Int = 100,
        maximumStagingSize: ByteCount = .gibibytes(1),
        maximumTransfers: Int = 100,
        takeoverTimeout: Duration = .seconds(20),
        cachedUploads: Int = 100,
        defaultCollection: String? = nil
    ) -> UploadSettings {
        UploadSettings(
            expiry: .seconds(24 * 3600),
            retention: .seconds(7 * 24 * 3600),
            sweepInterval: .seconds(600),
            quota: UploadQuota(
                maximumOpenPerClient: maximumOpenPerClient,
                maximumStagingSize: maximumStagingSize
            ),
            maximumTransfers: maximumTransfers,
            takeoverTimeout: takeoverTimeout,
            completionWait: .seconds(20),
            cachedUploads: cachedUploads,
            defaultCollection: defaultCollection
        )
    }
}

/// The time of day, set forward by tests. It is never behind the file system's, which tells when the last bytes came.
final class MovableClock: Sendable {
    private let ahead = Mutex(Duration.zero)

    var now: Timestamp {
        let ahead = self.ahead.withLock { $0.components }
        return Timestamp(
            microseconds: Timestamp.now().microseconds + ahead.seconds * 1_000_000 + ahead.attoseconds
                / 1_000_000_000_000
        )
    }

    func advance(by duration: Duration) { self.ahead.withLock { $0 += duration } }
}

extension ResumableUploadService.Client {
    static let anybody = Self(key: "192.0.2.1", name: nil)
    static let anna = Self(key: "anna", name: "anna")
    static let boris = Self(key: "boris", name: "boris")
}

/// What tests do with uploads; the client is `anybody` unless said.
extension EngineFixture {
    typealias Status = ResumableUploadService.Status

    var resumable: ResumableUploadService { self.resumables.service }
    var leases: UploadLeases { self.resumables.leases }
    var pipeline: UploadPipeline { self.resumables.pipeline }
    var reaper: UploadReaper { self.resumables.reaper }

    /// Makes an upload.
    func announce(
        _ length: Int?,
        to collection: String? = "documents",
        _ name: String? = nil,
        replace: Bool = false,
        by transport: Upload.Transport = .tus,
        isPartial: Bool = false,
        for client: ResumableUploadService.Client = .anybody
    ) async throws(MediaError) -> UploadID {
        try await self.resumable.create(
            .init(
                transport: transport,
                isPartial: isPartial,
                length: length.map { ByteCount(bytes: Int64($0)) },
                target: .init(collection: collection, name: name, replace: replace)
            ),
            for: client
        ).upload.id
    }

    /// Sends one request's bytes.
    @discardableResult
    func send(
        _ text: String,
        at offset: Int,
        to id: UploadID,
        length: Int? = nil,
        ending: ResumableUploadService.Ending = .atLength,
        isLengthKnown: Bool = true,
        isVerified: Bool = false,
        for client: ResumableUploadService.Client = .anybody,
        body: ResumableUploadService.BodySource? = nil
    ) async throws(MediaError) -> Status {
        try await self.resumable.append(
            .init(
                offset: ByteCount(bytes: Int64(offset)),
                length: length.map { ByteCount(bytes: Int64($0)) },
                bodyLength: isLengthKnown ? ByteCount(bytes: Int64(text.utf8.count)) : nil,
                isVerified: isVerified,
                ending: ending
            ),
            to: id,
            for: client,
            body: body ?? Bodies.whole(text)
        )
    }

    /// Sends one request's bytes as ``send`` does.
    /// - Returns: the code of the error that it is answered with; nil when it is taken.
    @discardableResult
    func refusal(
        _ text: String,
        at offset: Int,
        to id: UploadID,
        length: Int? = nil,
        ending: ResumableUploadService.Ending = .atLength,
        isLengthKnown: Bool = true,
        isVerified: Bool = false,
        for client: ResumableUploadService.Client = .anybody,
        body: ResumableUploadService.BodySource? = nil
    ) async -> MediaError.Code? {
        do throws(MediaError) {
            try await self.send(
                text,
                at: offset,
                to: id,
                length: length,
                ending: ending,
                isLengthKnown: isLengthKnown,
                isVerified: isVerified,
                for: client,
                body: body
            )
            return nil
        } catch {
            return error.code
        }
    }

    /// Makes a partial upload with these bytes.
    func part(_ text: String, for client: ResumableUploadService.Client = .anybody) async throws(MediaError) -> UploadID
    {
        let id = try await self.announce(text.utf8.count, to: nil, isPartial: true, for: client)
        try await self.send(text, at: 0, to: id, for: client)
        return id
    }

    func concatenate(
        _ parts: [UploadID],
        to collection: String? = "documents",
        _ name: String? = nil,
        for client: ResumableUploadService.Client = .anybody
    ) async throws(MediaError) -> Status {
        try await self.resumable.concatenate(
            parts,
            as: .init(transport: .tus, length: nil, target: .init(collection: collection, name: name)),
            for: client
        )
    }

    func look(
        at id: UploadID,
        for client: ResumableUploadService.Client = .anybody
    ) async throws(MediaError) -> Status {
        try await self.resumable.status(of: id, for: client)
    }

    /// Goes on with what waits or was interrupted until no upload is being processed.
    func settleUploads() async throws {
        let isSettled = try await eventually {
            try await self.pipeline.retry()
            try await self.pipeline.resumeInterrupted()
            let open = try await self.catalogOfUploads.uploads(in: .processing, limit: 10)
            for upload in open { await self.pipeline.outcome(of: upload.id, atMost: nil) }
            return try await self.catalogOfUploads.uploads(in: .processing, limit: 10).isEmpty
        }
        #expect(isSettled, "no upload stays in processing")
    }

    private var catalogOfUploads: any UploadCatalog { self.resumable.catalog }

    /// The texts of all files that are recorded, sorted.
    func texts() async throws -> [String] {
        var texts: [String] = []
        for file in try await self.memory.files(matching: FileFilter(), before: nil, limit: 1000) {
            texts.append(try await self.text(at: file.path.text))
        }
        return texts.sorted()
    }
}
