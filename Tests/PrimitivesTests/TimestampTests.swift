import Foundation
import Primitives
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "The text is RFC 3339 in UTC with microseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"), (1, "1970-01-01T00:00:00.000001Z"),
            (951_782_399_000_000, "2000-02-28T23:59:59.000000Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (951_868_800_000_000, "2000-03-01T00:00:00.000000Z"),
            (1_709_164_800_000_000, "2024-02-29T00:00:00.000000Z"),
            (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (1_795_366_759_123_456, "2026-11-22T16:59:19.123456Z"),
        ]
    )
    func text(_ microseconds: Int64, _ expected: String) {
        #expect(Timestamp(microseconds: microseconds).description == expected)
    }

    @Test("Every day of 800 years has the date that Foundation gives it")
    func againstFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        // From 1600 on: before October 1582 Foundation's calendar is the Julian one.
        for day in stride(from: Int64(-135_140), to: 157_054, by: 1) where day % 7 == 0 || day % 365 < 3 {
            let parts = calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(day) * 86400)
            )
            let text = Timestamp(microseconds: day * 86_400_000_000).description
            let expected = [parts.year, parts.month, parts.day].map { number in
                let digits = String(number ?? -1)
                return digits.count < 2 ? "0" + digits : digits
            }.joined(separator: "-")
            guard text.hasPrefix(expected) else {
                Issue.record("day \(day): \(text), expected \(expected)")
                return
            }
        }
    }

    @Test("Whole seconds round down, on both sides of 1970")
    func seconds() {
        #expect(Timestamp(microseconds: 1_999_999).seconds == 1)
        #expect(Timestamp(microseconds: -1).seconds == -1)
        #expect(Timestamp(microseconds: -1_000_000).seconds == -1)
        #expect(Timestamp(microseconds: -1_000_001).seconds == -2)
    }

    @Test("A file time is cut to the microsecond, the same each time")
    func fromFileTime() {
        #expect(Timestamp(seconds: 1, nanoseconds: 999_999_999).microseconds == 1_999_999)
        #expect(Timestamp(seconds: -1, nanoseconds: 999_999_999).microseconds == -1)
        #expect(Timestamp(seconds: 1, nanoseconds: 1000) == Timestamp(seconds: 1, nanoseconds: 1999))
    }

    @Test("The ends of the range print and order without a trap")
    func extremes() {
        let (low, high) = (Timestamp(microseconds: .min), Timestamp(microseconds: .max))
        #expect(low < high)
        #expect(high.description.hasSuffix("Z"))
        #expect(low.description.hasSuffix("Z"))
    }

    @Test("A timestamp survives JSON exactly")
    func coding() throws {
        let times = [Int64.min, -1, 0, 1_795_366_759_123_457, .max].map { Timestamp(microseconds: $0) }
        #expect(try JSONDecoder().decode([Timestamp].self, from: JSONEncoder().encode(times)) == times)
    }
}
