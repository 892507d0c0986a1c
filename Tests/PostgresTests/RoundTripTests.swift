import Foundation
import Postgres
import Testing

@Suite("Every type goes to the server and comes back")
struct RoundTripTests {
    private func roundTrip<T: PostgresEncodable & PostgresDecodable & Equatable>(
        _ values: [T],
        as type: String
    ) async throws {
        try await withClient { client async throws in
            for value in values {
                let back: T? = try await client.value("SELECT \(value)::\(unescaped: type)")
                #expect(back == value)
            }
            let null = try await client.query("SELECT \(T?.none)::\(unescaped: type)").rows.first
            #expect(try #require(null).decode(at: 0, as: T?.self) == nil)
            let missing = await postgresError { try #require(null).decode(at: 0, as: T.self) }
            #expect(missing?.code == .decoding)
        }
    }

    @Test func integers() async throws {
        try await roundTrip([0, -1, Int.max, Int.min], as: "bigint")
        try await roundTrip([0, -1, Int64.max, Int64.min], as: "bigint")
        try await roundTrip([0, -1, Int32.max, Int32.min], as: "integer")
        try await roundTrip([0, -1, Int16.max, Int16.min], as: "smallint")
    }

    @Test func booleans() async throws {
        try await roundTrip([true, false], as: "boolean")
    }

    @Test func doubles() async throws {
        let values = [
            0, 0.1, -1.5, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .ulpOfOne, .pi,
        ]
        try await roundTrip(values, as: "float8")
        try await withClient { client async throws in
            #expect(try await client.value("SELECT \(Double.nan)", as: Double.self)?.isNaN == true)
            #expect(try await client.value("SELECT \(-0.0)", as: Double.self)?.sign == .minus)
        }
    }

    @Test func strings() async throws {
        let values = [
            "", " ", "'", "\\", "\"", "%s $1", "\u{1}\u{7F}", "\u{FEFF}", "ä€😀", "e\u{301}", "\u{200F}שלום", "a\nb\r\n",
            String(repeating: "x", count: 1 << 20),
        ]
        try await roundTrip(values, as: "text")
    }

    @Test func uuids() async throws {
        let zero = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        try await roundTrip([zero, UUID(), UUID()], as: "uuid")
    }

    @Test func bytes() async throws {
        let all = (0...255).map { UInt8($0) }
        let large = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await roundTrip([[], [0], [0, 0, 0], Array("\\x00".utf8), all, large], as: "bytea")
    }

    @Test func arrays() async throws {
        try await roundTrip([[], [""], ["a", "NULL", "{}", "\"", "ä,b"]], as: "text[]")
        try await roundTrip([[], [UUID(), UUID()]], as: "uuid[]")
        try await roundTrip([[], [Int.min, 0, Int.max]], as: "bigint[]")
        try await withClient { client async throws in
            let holey = try await client.query("SELECT ARRAY['a', NULL] AS a, ARRAY[['a'], ['b']] AS b").rows.first
            #expect(await postgresError { try holey?.decode("a", as: [String].self) }?.code == .decoding)
            #expect(await postgresError { try holey?.decode("b", as: [String].self) }?.code == .decoding)
        }
    }

    @Test("Dates keep their microseconds")
    func dates() async throws {
        // Microseconds since 1970, from the earliest to the latest that Date tells apart.
        let counts: [Int64] = [
            -7_600_000_000_000_001, -1_000_001, -1, 0, 1, 946_684_799_999_999, 978_307_200_000_001,
            1_700_000_000_123_456, 4_102_444_799_999_999, 9_561_628_799_999_999,
        ]
        try await withClient { client async throws in
            for count in counts {
                let stamp = PostgresTimestamp(microseconds: count - 946_684_800_000_000)
                let date = try #require(try await client.value("SELECT \(stamp)", as: Date.self))
                #expect(abs(date.timeIntervalSince1970 - Double(count) / 1e6) < 1e-6)
                #expect(try await client.value("SELECT \(date)", as: PostgresTimestamp.self) == stamp)
            }
        }
    }

    @Test("Timestamps that Date cannot hold")
    func extremeTimestamps() async throws {
        try await withClient { client async throws in
            let row = try #require(
                try await client.query(
                    """
                    SELECT 'infinity'::timestamptz AS high, '-infinity'::timestamptz AS low, \
                    '4714-11-24 00:00:00+00 BC'::timestamptz AS first, \
                    '294276-12-31 23:59:59.999999+00'::timestamptz AS last, '2000-01-02'::date AS day
                    """
                ).rows.first
            )
            #expect(try row.decode("high") == PostgresTimestamp.infinity)
            #expect(try row.decode("low") == PostgresTimestamp.negativeInfinity)
            #expect(await postgresError { try row.decode("high", as: Date.self) }?.code == .decoding)
            for name in ["first", "last"] {
                let stamp: PostgresTimestamp = try row.decode(name)
                #expect(stamp.isFinite)
                #expect(try await client.value("SELECT \(stamp)", as: PostgresTimestamp.self) == stamp)
            }
            let first: Date = try row.decode("first")
            #expect(try await client.value("SELECT \(first)::text", as: String.self)?.hasSuffix("BC") == true)
            #expect(try row.decode("day", as: PostgresTimestamp.self).microseconds == 86_400_000_000)
            for bad in [Double.infinity, .nan, -.infinity, 1e300, -1e18, 9.3e12] {
                let date = Date(timeIntervalSinceReferenceDate: bad)
                #expect(await postgresError { try await client.query("SELECT \(date)") }?.code == .encoding)
            }
        }
    }

    private enum State: String, PostgresEncodable, PostgresDecodable { case pending, recorded }

    @Test("A string takes the type of its place, and enums, uuid and jsonb read as strings")
    func stringPlaces() async throws {
        try await withClient { client async throws in
            try await client.withConnection { connection in
                try await connection.execute(
                    script:
                        "CREATE TYPE state AS ENUM ('pending', 'recorded'); CREATE TABLE t (s state, j jsonb, u uuid)"
                )
            }
            let id = "01234567-89ab-cdef-0123-456789abcdef"
            _ = try await client.query("INSERT INTO t VALUES (\(State.pending), \(#"{"a": "ü"}"#), \(id))")
            let row = try #require(try await client.query("SELECT * FROM t WHERE s = \(State.pending)").rows.first)
            #expect(try row.decode("s", as: State.self) == .pending)
            #expect(try row.decode("s") == "pending")
            #expect(try row.decode("j") == #"{"a": "ü"}"#)
            #expect(try row.decode("u") == id)
        }
    }

    @Test("Sums of big integers are numeric, and read as integers when they fit")
    func numerics() async throws {
        try await withClient { client async throws in
            let integers: [(String, Int)] = [
                ("0", 0), ("10000", 10_000), ("99999999", 99_999_999), ("-1200000", -1_200_000), ("5.00", 5),
                ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ]
            for (text, number) in integers {
                #expect(try await client.value("SELECT \(text)::numeric", as: Int.self) == number)
            }
            for text in ["0.5", "9223372036854775808", "-9223372036854775809", "NaN", "Infinity", "1e40"] {
                let error = await postgresError { try await client.value("SELECT \(text)::numeric", as: Int.self) }
                #expect(error?.code == .decoding, "\(text)")
            }
            let doubles = ["0", "0.5", "-0.0001", "12345678.000012345", "1e40", "1e-40", "0.1", "99999.99999", "1e300"]
            for text in doubles {
                #expect(try await client.value("SELECT \(text)::numeric", as: Double.self) == Double(text), "\(text)")
            }
            #expect(try await client.value("SELECT 'NaN'::numeric", as: Double.self)?.isNaN == true)
        }
    }

    @Test("A column read as the wrong type says so, with its name, and never gives another value")
    func mismatches() async throws {
        try await withClient { client async throws in
            let row = try #require(
                try await client.query("SELECT 1.5::float8 AS f, 300 AS i, 'x'::text AS t, '{}'::inet[] AS n").rows
                    .first
            )
            let errors = [
                await postgresError { try row.decode("f", as: Int.self) },
                await postgresError { try row.decode("i", as: Bool.self) },
                await postgresError { try row.decode("t", as: [UInt8].self) },
                await postgresError { try row.decode("i", as: String.self) },
                await postgresError { try row.decode("nothing", as: String.self) },
                await postgresError { try row.decode(at: 9, as: String.self) },
                await postgresError { try row.decode(at: -1, as: String.self) },
            ]
            #expect(errors.allSatisfy { $0?.code == .decoding })
            #expect(errors.prefix(4).map { $0?.column } == ["f", "i", "t", "i"])
            let wide = try #require(try await client.query("SELECT 70000").rows.first)
            #expect(await postgresError { try wide.decode(at: 0, as: Int16.self) }?.code == .decoding)
        }
    }
}
