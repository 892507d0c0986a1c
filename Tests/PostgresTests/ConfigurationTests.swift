import Testing

@testable import Postgres

@Suite("Configuration")
struct ConfigurationTests {
    @Test("The defaults are valid")
    func defaults() throws {
        try PostgresConfiguration(connectionString: "postgresql://user:secret@host/db").validate()
        try PostgresConfiguration(connectionString: "host=/run/postgresql dbname=media").validate()
    }

    @Test("A bad value is refused by its name")
    func badValues() async {
        let cases: [(String, (inout PostgresConfiguration) -> Void)] = [
            ("maximumConnections", { $0.maximumConnections = 0 }),
            ("maximumWaiters", { $0.maximumWaiters = -1 }),
            ("connectTimeout", { $0.connectTimeout = .zero }),
            ("statementTimeout", { $0.statementTimeout = .seconds(-1) }),
            ("statementTimeout", { $0.statementTimeout = .seconds(Int64.max) }),
            ("reconnectDelay", { $0.reconnectDelay = .zero ... .zero }),
            ("statementCacheSize", { $0.statementCacheSize = 0 }),
            ("applicationName", { $0.applicationName = "a\0b" }),
            ("connectionString", { $0.connectionString = "host=a\0b" }),
        ]
        for (name, spoil) in cases {
            var configuration = PostgresConfiguration(connectionString: "")
            spoil(&configuration)
            let error = await postgresError { try configuration.validate() }
            #expect(error?.code == .invalidConfiguration, "\(name)")
            #expect(error?.message.contains(name) == true, "\(name)")
        }
    }

    @Test("A connection string that libpq cannot read is refused, and the password in it not repeated")
    func badConnectionString() async {
        let configuration = PostgresConfiguration(connectionString: "host=a password=two words")
        let error = await postgresError { try configuration.validate() }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.description.contains("words") == false)
    }

    @Test("A client with a bad configuration fails at the first use and does not hang")
    func client() async throws {
        try await withClient(of: "postgresql://[") { client async throws in
            #expect(await postgresError { try await client.query("SELECT 1") }?.code == .invalidConfiguration)
        }
    }

    @Test("The SQLSTATE of a failed connection is read from libpq's text, whatever the language")
    func connectFailure() {
        let messages = [
            "connection to server on socket \"/run/x: 12345\" failed: FATAL:  57P03: the database system is starting up":
                "57P03",
            "SCHWERWIEGEND:  3D000: Datenbank \"a: B1234: c\" existiert nicht": "3D000",
            "host \"a\" failed: FATAL:  28P01: password; host \"b\" failed: FATAL:  53300: too many clients": "53300",
        ]
        for (message, code) in messages { #expect(sqlState(inVerboseMessage: message) == code) }
        #expect(sqlState(inVerboseMessage: "connection refused: Is the server running: ABCDE: x") == nil)
        #expect(sqlState(inVerboseMessage: "") == nil)
    }
}
