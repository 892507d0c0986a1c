import Logging
import MediaCatalog
import MediaClient
import MediaTesting
import Postgres
import Primitives
import Synchronization

@testable import Films

/// Films on a database of their own, with mediad's schema and files that are there in its records only.
struct MovieSite: Sendable {
    let client: PostgresClient
    let database: FilmsDatabase
    let files = KnownFiles()

    var service: MovieService { MovieService(database: self.database, files: self.files, clock: { Timestamp.now() }) }
    var store: MovieStore { MovieStore(database: self.database) }
    var pages: MoviePages { MoviePages(database: self.database, cursors: PageCursor(secret: [1, 2, 3])) }

    static func run(_ body: (MovieSite) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let target = try await ThrowawayPostgres.shared().createDatabase()
        let client = PostgresClient(
            configuration: PostgresConfiguration(connectionString: target, acquireTimeout: .seconds(60)),
            logger: logger
        )
        do {
            try await Migrator(client: client, logger: logger).migrate()
            let database = FilmsDatabase(client: client)
            try await database.migrate(logger: logger)
            try await body(MovieSite(client: client, database: database))
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    func account(_ name: String, isAdministrator: Bool = false) async throws -> Caller {
        let id = Self.id()
        _ = try await self.client.query(
            """
            INSERT INTO films.accounts (id, username, username_key, email, email_key, password_hash, role, created_at) \
            VALUES (\(id), \(name), \(name), \(name), \(name), 'x', 'member', now())
            """
        )
        return Caller(accountID: id, sessionID: Self.id(), isAdministrator: isAdministrator)
    }

    /// A file in mediad's records, which the directory knows, with a picture of this name.
    func file(_ name: String) async throws -> RecordID {
        let id = Self.id()
        _ = try await self.client.query(
            """
            INSERT INTO media.files (id, collection, name, path, type, size, sha256, modified_at, created_at, updated_at) \
            VALUES (\(id), 'posters', \(name), \("posters/\(name).jpg"), 'image/jpeg', 1, sha256(\(Array(name.utf8))), now(), \
            now(), now())
            """
        )
        try await FileStore(database: self.database).put(Self.facts(of: id, url: "/files/posters/\(name).jpg"))
        self.files.ids.withLock { _ = $0.insert(id) }
        return id
    }

    static func facts(of id: RecordID, url: String, base: String = "") -> FileFacts {
        let file = MediaFile(
            id: id.description,
            path: "posters/x.jpg",
            url: url,
            collection: "posters",
            owner: nil,
            type: "image/jpeg"
        )
        return FileFacts(file, id: id, stream: nil, isPrivate: false, base: base)
    }

    /// Adds a film.
    @discardableResult
    func add(_ title: String, _ more: [String: JSONValue] = [:], by caller: Caller) async throws -> RecordID {
        let id = Self.id()
        let members = more.merging(["id": .text(id.description), "title": .text(title)]) { _, new in new }
        _ = try await self.service.create(RequestBody(members: members), by: caller)
        return id
    }

    @discardableResult
    func change(
        _ id: RecordID,
        _ members: [String: JSONValue],
        by caller: Caller
    ) async throws(FilmsError) -> MovieService.Changed {
        let change = try MovieChange.patch(RequestBody(members: members))
        return try await self.service.change(id, change, by: caller) { _ throws(FilmsError) in }
    }

    /// A film as clients get it.
    func record(_ id: RecordID) async throws -> [String: JSONValue] {
        try RequestBody.decode(Array(try await self.store.ready(id).json.utf8)).members
    }

    func texts(_ query: PostgresQuery) async throws -> [String] {
        try await self.client.query(query).rows.map { try $0.decode(at: 0) }
    }

    static func id() -> RecordID { RecordID(now: .now()) }
}

/// Knows some files, and remembers how often it was asked.
final class KnownFiles: FileDirectory {
    let ids = Mutex<Set<RecordID>>([])
    /// Who uploaded a file, where a test cares.
    let owners = Mutex<[RecordID: RecordID]>([:])
    let questions = Mutex(0)

    func file(
        _ id: RecordID,
        for purpose: FilePurpose,
        of account: RecordID,
        field: String
    ) async throws(FilmsError) {
        self.questions.withLock { $0 += 1 }
        guard self.ids.withLock({ $0.contains(id) }), self.owners.withLock({ $0[id] ?? account }) == account else {
            throw FilmsError.wrongFile(field, purpose)
        }
    }
}

/// The code of the error that the body throws; nil when it throws none.
func codeOf(_ body: () async throws -> Void) async -> FilmsError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? FilmsError)?.code ?? .internalError
    }
}
