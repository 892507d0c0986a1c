import Testing

@testable import mediad

@Suite("Results in order")
struct OrderedResultsTests {
    @Test("Results go out in the order of the files, as soon as those before are known")
    func order() {
        var results = OrderedResults()
        #expect(results.take(2, "c").isEmpty)
        #expect(results.take(0, "a") == ["a"])
        #expect(results.take(1, nil) == ["c"])
        #expect(results.take(3, "d") == ["d"])
    }
}
