import Testing

@testable import mediad

@Suite("Rate and time left")
struct TransferRateTests {
    @Test("Nothing is said too early")
    func early() {
        var rate = TransferRate()
        #expect(rate.bytesPerSecond == nil)
        rate.record(0, at: .zero)
        rate.record(1_000_000, at: .milliseconds(200))
        #expect(rate.bytesPerSecond == nil)
        #expect(rate.timeLeft(total: 2_000_000) == nil)
    }

    @Test("An even transfer has an even rate")
    func even() {
        var rate = TransferRate()
        for tenth in 0...100 { rate.record(Int64(tenth) * 100_000, at: .milliseconds(tenth * 100)) }
        #expect(rate.bytesPerSecond == 1_000_000)
        #expect(rate.timeLeft(total: 15_000_000) == .seconds(5))
        #expect(rate.timeLeft(total: 10_000_000) == .zero)
    }

    @Test("Bytes of an earlier run are no speed")
    func resumed() {
        var rate = TransferRate()
        rate.record(500_000_000, at: .zero)
        rate.record(501_000_000, at: .seconds(1))
        #expect(rate.bytesPerSecond == 1_000_000)
    }

    @Test(
        "What is longer ago than five seconds counts no more: a stall ends at nothing, a start from a stall at full speed"
    )
    func window() {
        var rate = TransferRate()
        for second in 0...3 { rate.record(Int64(second) * 1_000_000, at: .seconds(second)) }
        for second in 4...9 { rate.record(3_000_000, at: .seconds(second)) }
        #expect(rate.bytesPerSecond == 0)
        #expect(rate.timeLeft(total: 10_000_000) == nil)
        for second in 10...15 { rate.record(Int64(second - 9) * 2_000_000 + 3_000_000, at: .seconds(second)) }
        #expect(rate.bytesPerSecond == 2_000_000)
    }

    @Test("An upload that has to go back is no negative speed")
    func back() {
        var rate = TransferRate()
        rate.record(10_000_000, at: .zero)
        rate.record(20_000_000, at: .seconds(1))
        rate.record(5_000_000, at: .seconds(2))
        #expect(rate.bytesPerSecond == nil)
        rate.record(6_000_000, at: .seconds(3))
        #expect(rate.bytesPerSecond == 1_000_000)
    }

    @Test("An estimate of many days is none")
    func slow() {
        var rate = TransferRate()
        rate.record(0, at: .zero)
        rate.record(5, at: .seconds(1))
        #expect(rate.timeLeft(total: Int64.max) == nil)
    }
}
