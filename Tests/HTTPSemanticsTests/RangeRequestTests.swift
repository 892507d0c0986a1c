import HTTPSemantics
import Testing

@Suite("Range fields against a representation of 1000 bytes")
struct RangeRequestTests {
    @Test(
        "Valid sets",
        arguments: [
            ("bytes=0-499", [0..<500]),
            ("bytes=500-999", [500..<1000]),
            ("bytes=500-", [500..<1000]),
            ("bytes=0-", [0..<1000]),
            ("bytes=0-0", [0..<1]),
            ("bytes=999-999", [999..<1000]),
            ("bytes=0-1", [0..<2]),
            ("bytes=-1", [999..<1000]),
            ("bytes=-500", [500..<1000]),
            // The last position is clipped, a suffix longer than the file is all of it (RFC 9110 14.1.2).
            ("bytes=0-1000", [0..<1000]),
            ("bytes=999-99999999999999999999999", [999..<1000]),
            ("bytes=0-9223372036854775807", [0..<1000]),
            ("bytes=0-9223372036854775808", [0..<1000]),
            ("bytes=0-18446744073709551616", [0..<1000]),
            ("bytes=-1000", [0..<1000]),
            ("bytes=-1001", [0..<1000]),
            ("bytes=-9223372036854775808", [0..<1000]),
            ("bytes=-100000000000000000000", [0..<1000]),
            ("bytes=0000000000000000000000000000010-00000000000000000000000000000011", [10..<12]),
            // The unit is case-insensitive (RFC 9110 14.1).
            ("BYTES=0-1", [0..<2]),
            ("bYtEs=-2", [998..<1000]),
            // Order is kept, unsatisfiable members are dropped (RFC 9110 15.3.7.2, 14.1.2).
            ("bytes=5-6,0-1", [5..<7, 0..<2]),
            ("bytes=0-1,1000-,2-3", [0..<2, 2..<4]),
            ("bytes=1000-1001,-1", [999..<1000]),
            ("bytes=-0,0-0", [0..<1]),
            ("bytes=0-499,500-999", [0..<500, 500..<1000]),
            // List syntax (RFC 9110 5.6.1.2).
            ("bytes=0-1,,2-3", [0..<2, 2..<4]),
            ("bytes=,0-1,", [0..<2]),
            ("bytes= 0-1\t, \t2-3 ", [0..<2, 2..<4]),
        ] as [(String, [Range<Int64>])]
    )
    func validSet(value: String, expected: [Range<Int64>]) {
        #expect(RangeRequest.parse(value, length: 1000) == .ranges(expected))
    }

    @Test(
        "Valid but unsatisfiable sets",
        arguments: [
            "bytes=1000-", "bytes=1000-1000", "bytes=1001-2000", "bytes=-0", "bytes=-00000", "bytes=-0,1000-",
            "bytes=9223372036854775807-", "bytes=9223372036854775808-", "bytes=18446744073709551616-",
            "bytes=100000000000000000000-100000000000000000001",
            "bytes=9223372036854775807-9223372036854775807",
        ]
    )
    func unsatisfiable(value: String) {
        #expect(RangeRequest.parse(value, length: 1000) == .unsatisfiable)
    }

    @Test(
        "Malformed sets",
        arguments: [
            "", "bytes", "bytes=", "bytes=,", "bytes= ", "bytes=-", "bytes=--1", "bytes=a-b", "bytes=1", "bytes=1-2-3",
            "bytes=0-1;2-3", "bytes=0-1 2-3", "bytes=0 - 1", "bytes=0- 1", "bytes=0 -1", "bytes =0-1", " bytes=0-1",
            "bytes:0-1", "=0-1", "bytes=0-1,x", "bytes=0-1,bytes=2-3", "bytes=0-1, bytes=2-3",
            // One bad range spoils the whole set.
            "bytes=0-1,3-2", "bytes=3-2", "bytes=3-2,0-1", "bytes=1000-999", "bytes=0-1,-",
            "bytes=9223372036854775808-5",
            // No sign, no other digits, no other number syntax (RFC 9110 14.1.1).
            "bytes=+1-3", "bytes=1-+3", "bytes=-+3", "bytes=0x1-0x3", "bytes=1.0-3", "bytes=1_0-11", "bytes=1e1-11",
            "bytes=\u{661}-\u{663}", "bytes=\u{FF11}-\u{FF13}", "bytes=1\u{301}-3", "bytes=0-1\0", "bytes=0\u{2013}1",
        ]
    )
    func malformed(value: String) {
        #expect(RangeRequest.parse(value, length: 1000) == .ignored(.malformed))
    }

    @Test("Other units are ignored", arguments: ["items=0-1", "byte=0-1", "bytess=0-1", "seconds=1-2", "none=0-1"])
    func unknownUnit(value: String) {
        #expect(RangeRequest.parse(value, length: 1000) == .ignored(.unknownUnit))
    }

    @Test("No field, no range")
    func absent() {
        #expect(RangeRequest.parse(nil, length: 1000) == .none)
    }

    @Test(
        "An empty representation ignores every set",
        arguments: ["bytes=0-", "bytes=-1", "bytes=-0", "bytes=0-0,1-2"]
    )
    func emptyRepresentation(value: String) {
        #expect(RangeRequest.parse(value, length: 0) == .ignored(.emptyRepresentation))
    }

    @Test("Members of a set are counted before they are kept")
    func tooManyRanges() {
        let limits = RangeLimits(maximumRanges: 3)
        #expect(RangeRequest.parse("bytes=0-0,1-1,2-2", length: 1000, limits: limits).satisfiable?.count == 3)
        for value in ["bytes=0-0,1-1,2-2,3-3", "bytes=1000-,1000-,1000-,0-0", "bytes=0-0,1-1,2-2,3-3,garbage"] {
            #expect(RangeRequest.parse(value, length: 1000, limits: limits) == .ignored(.tooManyRanges))
        }
        let attack = "bytes=" + (0..<2000).map { "5-\($0 + 5)" }.joined(separator: ",")
        #expect(RangeRequest.parse(attack, length: 1_000_000) == .ignored(.tooManyRanges))
    }

    @Test("Ranges that add up to more than the file are ignored")
    func exceedsLength() {
        #expect(RangeRequest.parse("bytes=0-,0-", length: 1000) == .ignored(.exceedsLength))
        #expect(RangeRequest.parse("bytes=0-,-1", length: 1000) == .ignored(.exceedsLength))
        #expect(RangeRequest.parse("bytes=0-998,-1", length: 1000) == .ranges([0..<999, 999..<1000]))
        // Malformed outranks it, so that a set is not half judged.
        #expect(RangeRequest.parse("bytes=0-,0-,x", length: 1000) == .ignored(.malformed))
        let huge = Int64.max
        #expect(RangeRequest.parse("bytes=0-,0-,0-", length: huge) == .ignored(.exceedsLength))
    }

    @Test("The largest length there is")
    func largestLength() {
        let length = Int64.max
        #expect(RangeRequest.parse("bytes=0-", length: length) == .ranges([0..<length]))
        #expect(RangeRequest.parse("bytes=-1", length: length) == .ranges([(length - 1)..<length]))
        #expect(RangeRequest.parse("bytes=9223372036854775806-", length: length) == .ranges([(length - 1)..<length]))
        #expect(RangeRequest.parse("bytes=9223372036854775807-", length: length) == .unsatisfiable)
    }

    @Test("Every pair of small numbers agrees with a reading of RFC 9110 14.1.2 word by word")
    func exhaustiveSmallCases() {
        for length in Int64(1)...6 {
            for first in Int64(0)...8 {
                let open = RangeRequest.parse("bytes=\(first)-", length: length)
                #expect(open == (first < length ? .ranges([first..<length]) : .unsatisfiable))
                let suffix = RangeRequest.parse("bytes=-\(first)", length: length)
                #expect(suffix == (first > 0 ? .ranges([max(0, length - first)..<length]) : .unsatisfiable))
                for last in Int64(0)...8 {
                    let closed = RangeRequest.parse("bytes=\(first)-\(last)", length: length)
                    let bytes = (0..<length).filter { $0 >= first && $0 <= last }
                    if last < first {
                        #expect(closed == .ignored(.malformed))
                    } else if let low = bytes.first, let high = bytes.last {
                        #expect(closed == .ranges([low..<(high + 1)]))
                    } else {
                        #expect(closed == .unsatisfiable)
                    }
                }
            }
        }
    }
}
