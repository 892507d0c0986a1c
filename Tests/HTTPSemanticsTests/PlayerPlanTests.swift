import HTTPSemantics
import HTTPTypes
import Testing

@Suite("What players ask for")
struct PlayerPlanTests {
    @Test("P1: the first request of Safari gets exactly two bytes")
    func safariProbe() {
        let plan = Plans.plan(.get, [(.range, "bytes=0-1")])
        #expect(plan.content == .partial(0..<2, length: 1000))
        #expect(plan.fields[.contentRange] == "bytes 0-1/1000")
        #expect(plan.fields[.contentLength] == "2")
    }

    @Test("R14: one range is sent whole, however long it is")
    func neverShortened() {
        for length in [Int64(2), 10_546_620, 20 << 30, .max] {
            #expect(
                Plans.plan(.get, [(.range, "bytes=0-")], length: length).content == .partial(0..<length, length: length)
            )
            let last = length - 1
            let plan = Plans.plan(.get, [(.range, "bytes=1-\(last)"), (.ifRange, "\"a\"")], length: length)
            #expect(plan.content == .partial(1..<length, length: length))
            #expect(plan.fields[.contentRange] == "bytes 1-\(last)/\(length)")
            #expect(plan.fields[.contentLength] == "\(last)")
        }
    }

    @Test("P2: Chromium's ranges after the first, and the end of the file")
    func chromium() {
        let tag = (HTTPField.Name.ifRange, "\"a\"")
        #expect(Plans.plan(.get, [(.range, "bytes=0-")]).fields[.contentRange] == "bytes 0-999/1000")
        #expect(Plans.plan(.get, [(.range, "bytes=500-"), tag]).content == .partial(500..<1000, length: 1000))
        #expect(Plans.plan(.get, [(.range, "bytes=1000-"), tag]).content == .unsatisfiable(length: 1000))
        // The file was replaced: all of the new one.
        #expect(Plans.plan(.get, [(.range, "bytes=500-"), tag], tag: "\"b\"").content == .full(length: 1000))
        #expect(Plans.plan(.get, [(.range, "bytes=0-"), tag], tag: "\"b\"").fields[.acceptRanges] == "bytes")
    }

    @Test("P3: wget -c on a complete file hears its length")
    func complete() {
        let plan = Plans.plan(.get, [(.range, "bytes=1000-")])
        #expect(plan.status == .rangeNotSatisfiable)
        #expect(plan.fields[.contentRange] == "bytes */1000")
    }
}
