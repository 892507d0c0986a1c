import HTTPSemantics
import MediaTesting
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("HTTP dates")
struct HTTPDateTests {
    /// 2026-11-22T00:00:00Z.
    static let now: Int64 = 1_795_305_600

    @Test(
        "C3: all three forms are read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Sun Nov 16 08:49:37 1994", 784_975_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
            ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
            ("Tue, 19 Jan 2038 03:14:08 GMT", 2_147_483_648),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200),
            // A leap second is the second after 59.
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
            // The name of the day is syntax only.
            ("Mon, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            // More than 50 years ahead of 2026-11-22 is the past (RFC 9110 5.6.7).
            ("Sunday, 22-Nov-76 00:00:00 GMT", 3_373_228_800),
            ("Monday, 22-Nov-76 00:00:01 GMT", 217_468_801),
            ("Saturday, 01-Jan-00 00:00:00 GMT", 946_684_800),
            ("Friday, 31-Dec-99 23:59:59 GMT", 946_684_799),
        ] as [(String, Int64)]
    )
    func parse(text: String, expected: Int64) {
        #expect(HTTPDate.parse(text, now: Self.now) == expected)
    }

    @Test(
        "C2: everything else is no date, and as good as none",
        arguments: [
            "", " ", "garbage", "0", "784111777", "Sun", "Sun,", "Sun, ", "Sunday", "Sunday, ",
            "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37 gmt", "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT", "Sun,  06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 32 Jan 1994 08:49:37 GMT",
            "Tue, 29 Feb 2023 00:00:00 GMT", "Mon, 29 Feb 1900 00:00:00 GMT", "Sunday, 29-Feb-25 00:00:00 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT\0",
            "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 94", "Sun Nov  6 08:49:37 1994 GMT",
            "Sun Nov   6 08:49:37 1994",
            "Sunday Nov  6 08:49:37 1994", "Sun, 06 Nov \u{661}\u{669}\u{669}\u{664} 08:49:37 GMT",
            "Foo, 06 Nov 1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z", "Sun, 06 Foo 1994 08:49:37 GMT", "\"Sun, 06 Nov 1994 08:49:37 GMT\"",
        ]
    )
    func invalid(text: String) {
        #expect(HTTPDate.parse(text, now: Self.now) == nil)
    }

    @Test("Truncating a date anywhere, or changing any byte to a letter, leaves no date")
    func damaged() {
        for date in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            for count in 0..<date.count { #expect(HTTPDate.parse(date.prefix(count), now: Self.now) == nil) }
            for index in date.indices {
                let damaged = date[..<index] + "x" + date[date.index(after: index)...]
                #expect(HTTPDate.parse(damaged, now: Self.now) == nil)
            }
        }
    }

    @Test("Formatting agrees with the C library and reads back")
    func agreesWithC() throws {
        var generator = SeededNumbers(test: 6)
        var moments: [Int64] = [0, -1, 1, 951_782_399, 951_868_800, 253_402_300_799, -62_167_219_200]
        for _ in 0..<20_000 { moments.append(.random(in: -62_167_219_200...253_402_300_799, using: &generator)) }
        for moment in moments {
            var time = time_t(moment)
            var parts = tm()
            try #require(gmtime_r(&time, &parts) != nil)
            // strftime pads %Y differently on each system, so the year is put in by hand.
            var text = [CChar](repeating: 0, count: 64)
            let count = strftime(&text, text.count, "%a, %d %b YYYY %H:%M:%S GMT", &parts)
            let year = String(Int(parts.tm_year) + 1900)
            let padded = String(repeating: "0", count: 4 - year.utf8.count) + year
            let expected = String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .replacing("YYYY", with: padded)
            try #require(HTTPDate.format(moment) == expected)
            try #require(HTTPDate.parse(expected, now: Self.now) == moment)
        }
    }

    @Test("Moments that four digits cannot say are clamped")
    func clamped() {
        #expect(HTTPDate.format(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(HTTPDate.format(.min) == "Sat, 01 Jan 0000 00:00:00 GMT")
        #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT", now: .max) != nil)
        #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT", now: .min) != nil)
    }
}
