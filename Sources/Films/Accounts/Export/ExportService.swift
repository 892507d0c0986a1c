import HTTPServing
import MediaClient
import NIOCore
import Primitives
import Synchronization

/// Everything of a person as one ZIP archive, written while it is read: records page by page, files piece by piece.
struct ExportService: Sendable {
    let accounts: AccountStore
    let files: ExportFiles
    let media: MediaClient
    let limits: AttemptLimits
    let places: ExportPlaces
    let clock: WallClock

    /// Takes bytes of the archive; returns when there is room for more.
    typealias Sink = (ByteBuffer) async throws -> Void

    /// What an archive begins with.
    struct Beginning: Sendable {
        var record: AccountRecord
        var sessions: [SessionRecord]
        /// Held while the archive is written.
        var place: ExportPlaces.Place
    }

    /// Lets a person begin an archive.
    ///
    /// - Throws: ``FilmsError`` `rate_limited`, `busy`, `database_unavailable`.
    func begin(_ caller: Caller) async throws(FilmsError) -> Beginning {
        try self.limits.export.take("\(caller.accountID)")
        return Beginning(
            record: try await self.accounts.record(of: caller.accountID),
            sessions: try await SessionStore(database: self.accounts.database)
                .list(of: caller.accountID, current: caller.sessionID, now: self.clock()),
            place: try self.places.take()
        )
    }

    /// Writes the archive.
    ///
    /// A file that mediad does not give is named in `missing.json`. One that breaks off ends the response in the middle, so that nobody
    /// takes what there is for the whole.
    func write(_ beginning: Beginning, to sink: Sink) async throws {
        let record = beginning.record
        var zip = ZipWriter(at: self.clock())
        try await Self.add(try JSON.encode(record), as: "account.json", to: &zip, sink)
        try await Self.add(try JSON.encode(beginning.sessions), as: "sessions.json", to: &zip, sink)
        for source in ExportSource.allCases { try await self.add(source, of: record.id, to: &zip, sink) }
        var missing: [RecordID] = []
        var isAway = false
        var last: RecordID?
        while true {
            let page = try await self.files.page(of: record.id, after: last)
            for file in page {
                // Once mediad does not respond, the rest is not waited for.
                let piece = isAway ? nil : try await self.firstPiece(of: file, isAway: &isAway)
                if let piece {
                    try await self.add(file, piece, to: &zip, sink)
                } else {
                    missing.append(file.id)
                }
            }
            guard let next = page.last else { break }
            last = next.id
        }
        if !missing.isEmpty { try await Self.add(try JSON.encode(missing), as: "missing.json", to: &zip, sink) }
        try await sink(ByteBuffer(bytes: zip.finish()))
    }

    private func add(_ source: ExportSource, of account: RecordID, to zip: inout ZipWriter, _ sink: Sink) async throws {
        try await sink(ByteBuffer(bytes: zip.begin("\(source.rawValue).json", expecting: 0)))
        var last: RecordID?
        while true {
            let page = try await source.page(of: account, after: last, in: self.accounts.database)
            var text = last == nil ? "[" : ""
            for (index, row) in page.enumerated() { text += (last == nil && index == 0 ? "\n" : ",\n") + row.json }
            if page.isEmpty { text += "\n]\n" }
            zip.add(text.utf8)
            try await sink(ByteBuffer(string: text))
            guard let next = page.last else { break }
            last = next.id
        }
        try await sink(ByteBuffer(bytes: zip.end()))
    }

    /// - Returns: nil when there is no such file, or none that filmd may read, or mediad does not respond.
    private func firstPiece(of file: ExportFiles.File, isAway: inout Bool) async throws -> MediaPiece? {
        guard !file.target.isEmpty else { return nil }
        do {
            return try await self.media.piece(of: file.target, from: 0, tag: nil)
        } catch {
            try Task.checkCancellation()
            if case .unreachable = error { isAway = true }
            return nil
        }
    }

    private func add(
        _ file: ExportFiles.File,
        _ first: MediaPiece,
        to zip: inout ZipWriter,
        _ sink: Sink
    ) async throws {
        var piece = first
        try await sink(ByteBuffer(bytes: zip.begin(file.name, expecting: UInt64(clamping: piece.total))))
        var offset: Int64 = 0
        while true {
            zip.add(piece.bytes.readableBytesView)
            offset += Int64(piece.bytes.readableBytes)
            try await sink(piece.bytes)
            guard offset < piece.total else { break }
            piece = try await self.media.piece(of: file.target, from: offset, tag: piece.tag)
        }
        try await sink(ByteBuffer(bytes: zip.end()))
    }

    private static func add(_ bytes: ByteBuffer, as name: String, to zip: inout ZipWriter, _ sink: Sink) async throws {
        try await sink(ByteBuffer(bytes: zip.begin(name, expecting: UInt64(bytes.readableBytes))))
        zip.add(bytes.readableBytesView)
        try await sink(bytes)
        try await sink(ByteBuffer(bytes: zip.end()))
    }
}

/// How many archives are written at once.
final class ExportPlaces: Sendable {
    private static let capacity = 4
    private let count = Mutex(0)

    /// One of them; it is free again when nobody holds this any more.
    final class Place: Sendable {
        private let places: ExportPlaces

        fileprivate init(_ places: ExportPlaces) { self.places = places }

        deinit { self.places.count.withLock { $0 -= 1 } }
    }

    /// - Throws: ``FilmsError`` `busy`.
    func take() throws(FilmsError) -> Place {
        let isFree = self.count.withLock { count in
            guard count < Self.capacity else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw FilmsError(.busy, .archivesBusy, retryAfter: 60)
        }
        return Place(self)
    }
}
