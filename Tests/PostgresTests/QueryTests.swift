import Testing

@testable import Postgres

@Suite("Queries written as literals")
struct QueryTests {
    @Test("Values become numbered parameters, never text")
    func parameters() {
        let hostile = "'; DROP TABLE files; --"
        let query: PostgresQuery = "SELECT \(hostile), \(7) FROM t WHERE a = \(true)"
        #expect(query.sql == "SELECT $1, $2 FROM t WHERE a = $3")
        #expect(query.parameters.count == 3)
    }

    @Test("Fragments keep their parameters, numbered on")
    func fragments() throws {
        var condition: PostgresQuery = "true"
        for name in ["a", "b"] { condition = "\(fragment: condition) AND name <> \(name)" }
        let query: PostgresQuery = "SELECT \(1) WHERE \(fragment: condition) LIMIT \(5)"
        #expect(query.sql == "SELECT $1 WHERE true AND name <> $2 AND name <> $3 LIMIT $4")
        #expect(query.parameters.count == 4)
        #expect(try query.parameters[2].encode().bytes == Array("b".utf8))
    }

    @Test("A name is quoted, quotes in it doubled")
    func identifiers() {
        let query: PostgresQuery = "SELECT * FROM \(identifier: "a\"; DROP TABLE b; --")"
        #expect(query.sql == "SELECT * FROM \"a\"\"; DROP TABLE b; --\"")
    }

    @Test("A quote with a combining mark is still doubled")
    func combiningQuote() {
        #expect(quotedIdentifier("a\"\u{301}b") == "\"a\"\"\u{301}b\"")
    }

    @Test("Text and parameters that would be cut at a NUL are refused")
    func nul() async {
        let inText: PostgresQuery = "SELECT \(unescaped: "1\0 FROM secret")"
        #expect(await postgresError { try BoundStatement(inText) }?.code == .encoding)
        let inName: PostgresQuery = "SELECT \(identifier: "a\0b")"
        #expect(await postgresError { try BoundStatement(inName) }?.code == .encoding)
        let inValue: PostgresQuery = "SELECT \("a\0b")"
        #expect(await postgresError { try BoundStatement(inValue) }?.code == .encoding)
        let inArray: PostgresQuery = "SELECT \(["fine", "a\0b"])"
        #expect(await postgresError { try BoundStatement(inArray) }?.code == .encoding)
    }

    @Test("A missing value has the type of the present one, so both are one prepared statement")
    func typeOfNull() throws {
        let absent = try BoundStatement("SELECT \(Int?.none)")
        let present = try BoundStatement("SELECT \(Int?.some(1))")
        #expect(absent.types == [PostgresType.int8.rawValue])
        #expect(StatementCache.Key(absent) == StatementCache.Key(present))
    }

    @Test("More parameters than the protocol can count are refused")
    func tooMany() async {
        var query: PostgresQuery = "SELECT 1"
        for number in 0..<65_536 { query.append(parameter: number) }
        #expect(await postgresError { try BoundStatement(query) }?.code == .encoding)
    }
}
