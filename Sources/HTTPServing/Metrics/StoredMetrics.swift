import Metrics
import Synchronization

/// A number that rises, without a lock.
final class StoredCounter: CounterHandler {
    private let count = Atomic<Int64>(0)

    var total: Int64 { self.count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { self.count.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { self.count.store(0, ordering: .relaxed) }
}

/// The number that was recorded last.
final class StoredGauge: RecorderHandler {
    private let last = Mutex(0.0)

    var value: Double { self.last.withLock { $0 } }

    func record(_ value: Int64) { self.record(Double(value)) }
    func record(_ value: Double) { self.last.withLock { $0 = value } }
}

/// How often something was measured, and the sum of it.
final class StoredSummary: RecorderHandler, TimerHandler {
    private let state = Mutex((count: Int64(0), sum: 0.0))

    var samples: [MetricFamily.Sample] {
        let (count, sum) = self.state.withLock { $0 }
        return [.init(.real(sum), suffix: "_sum"), .init(.integer(count), suffix: "_count")]
    }

    func record(_ value: Int64) { self.record(Double(value)) }

    func record(_ value: Double) {
        self.state.withLock {
            $0.count += 1
            $0.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { self.record(Double(duration) / 1e9) }
}
