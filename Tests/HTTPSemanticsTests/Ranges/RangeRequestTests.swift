import HTTPSemantics
import Testing

@Suite("Range fields against a representation of 1000 bytes")
struct RangeRequestTests {
    @Test(
        "R1: first and last position, open end, suffix",
        arguments: [
            ("bytes=0-499", [0..<500]), ("bytes=500-999", [500..<1000]), ("bytes=500-", [500..<1000]),
            ("bytes=0-", [0..<1000]), ("bytes=0-0", [0..<1]), ("bytes=999-999", [999..<1000]), ("bytes=0-1", [0..<2]),
            ("bytes=-1", [999..<1000]), ("bytes=-500", [500..<1000]), ("bytes=0-8", [0..<9]),
            ("bytes=990-", [990..<1000]),
            // List syntax (RFC 9110 5.6.1.2).
            ("bytes=,0-1,", [0..<2]), ("bytes= 0-1\t", [0..<2]),
        ] as [(String, [Range<Int64>])]
    )
    func single(value: String, expected: [Range<Int64>]) {
        #expect(RangeRequest.parse(value, length: 1000) == .ranges(expected))
    }

    @Test(
        "R2: the last position is clipped, a suffix longer than the file is all of it",
        arguments: [
            ("bytes=0-1000", [0..<1000]), ("bytes=990-1990", [990..<1000]), ("bytes=0-10001", [0..<1000]),
            ("bytes=999-1000", [999..<1000]), ("bytes=-1000", [0..<1000]), ("bytes=-1001", [0..<1000]),
        ] as [(String, [Range<Int64>])]
    )
    func clipped(value: String, expected: [Range<Int64>]) {
        #expect(RangeRequest.parse(value, length: 1000) == .ranges(expected))
    }

    @Test(
        "R3: a first position at or past the end, or -0, is valid and unsatisfiable",
        arguments: [
            "bytes=1000-", "bytes=1000-1000", "bytes=1001-2000", "bytes=-0", "bytes=-00000", "bytes=-0,1000-",
            "bytes=100000-110000,200000-", "bytes=1000-999999,1000-",
        ]
    )
    func unsatisfiable(value: String) {
        #expect(RangeRequest.parse(value, length: 1000) == .unsatisfiable)
    }

    @Test("R4: numerals of any size do not overflow")
    func huge() {
        let numerals = [
            "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
            "100000000000000000000", "184467440737095516160000", String(repeating: "9", count: 400),
        ]
        for numeral in numerals {
            #expect(RangeRequest.parse("bytes=\(numeral)-", length: 1000) == .unsatisfiable)
            #expect(RangeRequest.parse("bytes=\(numeral)-\(numeral)", length: 1000) == .unsatisfiable)
            #expect(RangeRequest.parse("bytes=0-\(numeral)", length: 1000) == .ranges([0..<1000]))
            #expect(RangeRequest.parse("bytes=999-\(numeral)", length: 1000) == .ranges([999..<1000]))
            #expect(RangeRequest.parse("bytes=-\(numeral)", length: 1000) == .ranges([0..<1000]))
            #expect(RangeRequest.parse("bytes=\(numeral)-5", length: 1000) == .ignored(.malformed))
            #expect(RangeRequest.parse("bytes=0-1,\(numeral)-", length: 1000) == .ranges([0..<2]))
        }
        let zeros = String(repeating: "0", count: 400)
        #expect(RangeRequest.parse("bytes=\(zeros)10-\(zeros)11", length: 1000) == .ranges([10..<12]))
        let length = Int64.max
        #expect(RangeRequest.parse("bytes=0-", length: length) == .ranges([0..<length]))
        #expect(RangeRequest.parse("bytes=-1", length: length) == .ranges([(length - 1)..<length]))
        #expect(RangeRequest.parse("bytes=9223372036854775806-", length: length) == .ranges([(length - 1)..<length]))
        #expect(RangeRequest.parse("bytes=9223372036854775807-", length: length) == .unsatisfiable)
    }

    @Test(
        "R5: positions are ASCII digits without a sign",
        arguments: [
            "bytes=+1-3", "bytes=1-+3", "bytes=-+3", "bytes=--1", "bytes=0x1-0x3", "bytes=1.0-3", "bytes=1_0-11",
            "bytes=1e1-11", "bytes=\u{661}-\u{663}", "bytes=\u{FF11}-\u{FF13}", "bytes=1\u{301}-3", "bytes=0-1\0",
            "bytes=0\u{2013}1", "bytes=\u{B2}-\u{B3}", "bytes=\u{0967}-", "bytes=-\u{1D7CF}", "bytes=1\u{200B}-3",
        ]
    )
    func digits(value: String) {
        #expect(RangeRequest.parse(value, length: 1000) == .ignored(.malformed))
    }

    @Test("R6: the unit is case-insensitive, another one is ignored")
    func unit() {
        for unit in ["bytes", "BYTES", "bYtEs"] {
            #expect(RangeRequest.parse("\(unit)=-2", length: 1000) == .ranges([998..<1000]))
        }
        for unit in ["items", "byte", "bytess", "seconds", "none", "b", "Bytes2", "x-bytes"] {
            for set in ["0-1", "1000-", "5-2", "", "a"] {
                #expect(RangeRequest.parse("\(unit)=\(set)", length: 1000) == .ignored(.unknownUnit))
            }
        }
        // The long s and the Kelvin sign fold to ASCII letters in Unicode, not here.
        #expect(RangeRequest.parse("byte\u{17F}=0-1", length: 1000) == .ignored(.malformed))
    }

    @Test(
        "R7: one bad member spoils the whole set",
        arguments: [
            "", "bytes", "bytes=", "bytes=,", "bytes= ", "bytes=-", "bytes=a-b", "bytes=1", "bytes=1-2-3",
            "bytes=0-1;2-3",
            "bytes=0-1 2-3", "bytes=0 - 1", "bytes=0- 1", "bytes=0 -1", "bytes =0-1", " bytes=0-1", "bytes:0-1", "=0-1",
            "bytes=0-1,x", "bytes=0-1,bytes=2-3", "bytes=0-1, bytes=2-3", "bytes=0-1,3-2", "bytes=3-2", "bytes=3-2,0-1",
            "bytes=1000-999", "bytes=0-1,-", "bytes==0-1", "bytes=0-1,,x", "bytes=\u{A0}0-1",
            // httpd-tests, t/apache/byterange7.t.
            "7-1", "foo", "1-4,x", "1-4,5-2", "bytes=7-1", "bytes=foo", "bytes=1-4,x", "bytes=1-4,5-2",
            "bytes=100000-110000,5-2", "bytes=100000-110000,2000-1000",
            // nginx-tests, range.t, where the answer is 416.
            "bytes=alpha", "bytes=10-alpha", "bytes=10", "bytes=10-11 12-",
        ]
    )
    func malformed(value: String) {
        #expect(RangeRequest.parse(value, length: 1000) == .ignored(.malformed))
    }

    @Test("No field, no range")
    func absent() {
        #expect(RangeRequest.parse(nil, length: 1000) == .none)
    }

    @Test(
        "R10: an empty representation ignores every set",
        arguments: ["bytes=0-", "bytes=-1", "bytes=-0", "bytes=0-0,1-2", "bytes=5-"]
    )
    func emptyRepresentation(value: String) {
        #expect(RangeRequest.parse(value, length: 0) == .ignored(.emptyRepresentation))
    }

    @Test("R10: what is malformed or of another unit is that for an empty representation too")
    func emptyAndMalformed() {
        #expect(RangeRequest.parse("bytes=2-1", length: 0) == .ignored(.malformed))
        #expect(RangeRequest.parse("items=0-1", length: 0) == .ignored(.unknownUnit))
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
