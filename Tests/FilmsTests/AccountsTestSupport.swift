import HTTPSemantics
import Logging
import MediaCatalog
import MediaTesting
import Postgres
import Primitives
import Synchronization

@testable import Films

/// A database with mediad's schema and ours, and what accounts are built from.
struct AccountsWorld: Sendable {
    let database: FilmsDatabase
    let services: AccountServices
    let passwords: CountingHasher
    let clock: SettableClock

    var sessions: SessionService { self.services.sessionService }
    var accounts: AccountService { self.services.accountService(files: AnyFile()) }

    /// Makes an account with the password "correct horse".
    @discardableResult
    func join(_ name: String) async throws -> RecordID {
        let id = RecordID(now: .now())
        _ = try await self.accounts.create(Self.body(id, name), from: "test")
        return id
    }

    static func body(_ id: RecordID, _ name: String, password: String = "correct horse") -> RequestBody {
        RequestBody(members: [
            "id": .text(id.description), "username": .text(name), "email": .text("\(name)@example.org"),
            "password": .text(password),
        ])
    }

    func signIn(_ name: String, password: String = "correct horse") async throws(FilmsError) -> SessionGrant {
        try await self.sessions.signIn(.init(name: name, password: password, device: "test", address: "test"))
    }

    /// What another process of filmd on the same database has.
    func another() async throws -> AccountsWorld {
        try await AccountsWorld(database: self.database, passwords: self.passwords, clock: self.clock)
    }

    init(database: FilmsDatabase, passwords: CountingHasher, clock: SettableClock) async throws {
        self.database = database
        self.passwords = passwords
        self.clock = clock
        self.services = try await AccountServices(
            AccountSettings(trustedProxies: try TrustedAddresses([])),
            database: database,
            passwords: passwords,
            clock: { clock.now },
            logger: silentLogger
        )
    }
}

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Lends such a world on a database of its own.
func withAccounts(_ body: (AccountsWorld) async throws -> Void) async throws {
    let configuration = PostgresConfiguration(
        connectionString: try await ThrowawayPostgres.shared().createDatabase(),
        acquireTimeout: .seconds(60)
    )
    let client = PostgresClient(configuration: configuration, logger: silentLogger)
    do {
        try await Migrator(client: client, logger: silentLogger).migrate()
        let database = FilmsDatabase(client: client)
        try await database.migrate(logger: silentLogger)
        try await body(try await AccountsWorld(database: database, passwords: CountingHasher(), clock: SettableClock()))
        await client.close()
    } catch {
        await client.close()
        throw error
    }
}

/// A clock that stands until it is moved.
final class SettableClock: Sendable {
    private let time = Mutex(Timestamp.now())

    var now: Timestamp { self.time.withLock { $0 } }

    func advance(seconds: Int64) { self.time.withLock { $0.microseconds += seconds * 1_000_000 } }
}

/// Makes hashes that are none, and counts how often one is made or compared.
final class CountingHasher: PasswordHashing {
    private let calls = Mutex(0)

    var count: Int { self.calls.withLock { $0 } }

    func hash(_ password: String) async throws(FilmsError) -> String {
        self.calls.withLock { $0 += 1 }
        return "hash of \(password)"
    }

    func check(_ password: String, against hash: String?) async throws(FilmsError) -> PasswordVerdict {
        self.calls.withLock { $0 += 1 }
        return hash == "hash of \(password)" ? .right(replacement: nil) : .wrong
    }
}

/// Takes every file.
struct AnyFile: FileDirectory {
    func file(_ id: RecordID, for purpose: FilePurpose, of account: RecordID, field: String) async throws(FilmsError) {}
}
