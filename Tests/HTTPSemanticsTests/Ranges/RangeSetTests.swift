import HTTPSemantics
import MediaTesting
import Testing

@Suite("Sets of ranges")
struct RangeSetTests {
    private func ranges(_ set: String, length: Int64 = 8000) -> [ClosedRange<Int64>]? {
        RangeRequest.parse("bytes=\(set)", length: length).satisfiable?.map { $0.lowerBound...($0.upperBound - 1) }
    }

    @Test(
        "R11: the order asked is kept, and what is past the end left out",
        arguments: [
            ("5-6,0-1", [5...6, 0...1]), ("0-1,8000-,2-3", [0...1, 2...3]), ("8000-8001,-1", [7999...7999]),
            ("-0,0-0", [0...0]), ("0-1,,2-3", [0...1, 2...3]), (" 0-1\t, \t2-3 ", [0...1, 2...3]),
            ("0-0,-1", [0...0, 7999...7999]), (" 0-999, 4500-5499, -1000", [0...999, 4500...5499, 7000...7999]),
            // nginx-tests, range.t.
            ("0-9, -10, 10-19", [0...9, 7990...7999, 10...19]),
            ("0-9, -10, 100000-, 10-19", [0...9, 7990...7999, 10...19]),
            // httpd-tests, t/apache/byterange7.t and byterange6.t.
            ("100000-110000,1000-2000", [1000...2000]), ("0-1,-1", [0...1, 7999...7999]),
        ] as [(String, [ClosedRange<Int64>])]
    )
    func order(set: String, expected: [ClosedRange<Int64>]) {
        #expect(ranges(set) == expected)
    }

    @Test(
        "R11: those that overlap are one, where the first of them stood",
        arguments: [
            // httpd-tests, t/apache/byterange6.t.
            ("0-100,70-100,1000-1001", [0...100, 1000...1001]), ("0-90,70-100,1000-1001", [0...100, 1000...1001]),
            ("0-70,70-100,1000-1001,5-6", [0...100, 1000...1001]), ("1-70,0-100,1000-1001", [0...100, 1000...1001]),
            ("1-90,70-100,1000-1001,5-6", [1...100, 1000...1001]), ("1-70,69-100,1000-1001", [1...100, 1000...1001]),
            ("0-70,72-100,1000-1001", [0...70, 72...100, 1000...1001]), ("1-10,2-13,99-99", [1...13, 99...99]),
            ("1-10,0-13,99-99", [0...13, 99...99]), ("10-20,1-10,99-99", [1...20, 99...99]),
            ("10-20,1-21,99-99", [1...21, 99...99]), ("5-10,1-3,99-99", [5...10, 1...3, 99...99]),
            ("0-100,0-100,1000-1001", [0...100, 1000...1001]), ("99-99,1-10,1-9", [99...99, 1...10]),
            // One that bridges others, in front of, between and behind those apart.
            ("0-9,20-29,5-24", [0...29]), ("20-29,50-59,0-9,5-24", [0...29, 50...59]),
            ("50-59,0-9,70-79,20-29,8-21,90-99", [50...59, 0...29, 70...79, 90...99]),
            ("0-9,20-29,40-49,0-49", [0...49]),
        ] as [(String, [ClosedRange<Int64>])]
    )
    func overlapping(set: String, expected: [ClosedRange<Int64>]) {
        #expect(ranges(set) == expected)
    }

    @Test("R11: those that only touch stay apart, as asked")
    func touching() {
        #expect(ranges("0-499,500-999", length: 1000) == [0...499, 500...999])
        #expect(ranges("500-999,0-499", length: 1000) == [500...999, 0...499])
        #expect(ranges("0-998,-1", length: 1000) == [0...998, 999...999])
        #expect(ranges("500-600,601-999", length: 10_000) == [500...600, 601...999])
        #expect(ranges("500-700,601-999", length: 10_000) == [500...999])
    }

    @Test("R11, R15: random sets hold every byte that was asked for once, and no other")
    func randomSets() {
        var numbers = SeededNumbers(test: 5)
        for _ in 0..<20_000 {
            let length = Int64.random(in: 1...64, using: &numbers)
            let asked = (0..<Int.random(in: 1...8, using: &numbers)).map { _ in
                let first = Int64.random(in: 0..<length, using: &numbers)
                return first...Int64.random(in: first..<min(length, first + 12), using: &numbers)
            }
            let sum = asked.reduce(0) { $0 + $1.count }
            let set = asked.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
            guard let sent = ranges(set, length: length) else {
                #expect(sum > length, "\(set) of \(length)")
                continue
            }
            #expect(sum <= length)
            #expect(sent.flatMap(Array.init).sorted() == Set(asked.flatMap(Array.init)).sorted(), "\(set)")
            // In the order in which something of each was first asked for.
            let places = sent.map { range in asked.firstIndex { range.overlaps($0) } ?? -1 }
            #expect(places == places.sorted(), "\(set)")
        }
    }

    @Test("R15: more members than the limit are ignored before they are read")
    func tooMany() {
        let limits = RangeLimits(maximumRanges: 3)
        #expect(RangeRequest.parse("bytes=0-0,1-1,2-2", length: 1000, limits: limits).satisfiable?.count == 3)
        for value in ["bytes=0-0,1-1,2-2,3-3", "bytes=1000-,1000-,1000-,0-0", "bytes=0-0,1-1,2-2,3-3,garbage"] {
            #expect(RangeRequest.parse(value, length: 1000, limits: limits) == .ignored(.tooManyRanges))
        }
        let attack = "bytes=" + (0..<2000).map { "5-\($0 + 5)" }.joined(separator: ",")
        #expect(RangeRequest.parse(attack, length: 1_000_000) == .ignored(.tooManyRanges))
        let commas = "bytes=" + String(repeating: ",", count: 10_000) + "0-1"
        #expect(RangeRequest.parse(commas, length: 1000) == .ranges([0..<2]))
    }

    @Test(
        "R15: a hundred small ranges in order are served (httpd-tests, byterange7.t)",
        arguments: [1, 2, 10, 50, 100]
    )
    func many(count: Int) {
        let set = (0..<count).map { "\($0 * 100)-\($0 * 100 + 1)" }.joined(separator: ",")
        #expect(ranges(set, length: 40_000)?.count == count)
    }

    @Test("R15: a hundred and one are not")
    func oneTooMany() {
        let set = (0...100).map { "\($0 * 2)-\($0 * 2)" }.joined(separator: ",")
        #expect(RangeRequest.parse("bytes=\(set)", length: 40_000) == .ignored(.tooManyRanges))
    }

    @Test("R15: many that jump back and forth are ignored")
    func outOfOrder() {
        func backwards(_ count: Int) -> String {
            "bytes=" + (0..<count).map { "\(4000 - $0 * 10)-\(4000 - $0 * 10)" }.joined(separator: ",")
        }
        #expect(RangeRequest.parse(backwards(17), length: 8000).satisfiable?.count == 17)
        #expect(RangeRequest.parse(backwards(18), length: 8000) == .ignored(.outOfOrder))
        #expect(RangeRequest.parse(backwards(18) + ",x", length: 8000) == .ignored(.malformed))
        let limits = RangeLimits(maximumReversals: 0)
        #expect(RangeRequest.parse("bytes=0-0,5-5,5-6,9-9", length: 1000, limits: limits).satisfiable != nil)
        #expect(RangeRequest.parse("bytes=5-5,0-0", length: 1000, limits: limits) == .ignored(.outOfOrder))
    }

    @Test("R15: ranges that add up to more than the file are ignored")
    func exceedsLength() {
        for set in ["0-,0-", "0-,-1", "0-,0-,0-", "0-999,999-999", "1-,0-1", "-1000,-1", "0-10001, 0-0"] {
            #expect(RangeRequest.parse("bytes=\(set)", length: 1000) == .ignored(.exceedsLength))
        }
        // Malformed outranks it, so that a set is not half judged.
        #expect(RangeRequest.parse("bytes=0-,0-,x", length: 1000) == .ignored(.malformed))
        #expect(RangeRequest.parse("bytes=0-,0-,0-", length: .max) == .ignored(.exceedsLength))
    }
}
