package import Metrics
import Synchronization

/// Where the metrics of a service are kept, until an exporter asks: the backend of swift-metrics.
///
///     let registry = MetricsRegistry(help: ["jobs_total": "Jobs that ended."])
///     Counter(label: "jobs_total", dimensions: [("state", "failed")], factory: registry).increment()
///     PrometheusText.text(registry.families)
///
/// Handed to those who measure instead of `MetricsSystem.bootstrap`: a process may have several, and tests their own.
package final class MetricsRegistry: MetricsFactory {
    private struct Key: Hashable {
        var name: String
        var labels: [MetricFamily.Label]

        init(_ name: String, _ dimensions: [(String, String)]) {
            self.name = name
            self.labels = dimensions.map { MetricFamily.Label($0, $1) }
        }
    }

    private struct State {
        var counters: [Key: StoredCounter] = [:]
        var gauges: [Key: StoredGauge] = [:]
        var summaries: [Key: StoredSummary] = [:]
    }

    private let state = Mutex(State())
    private let help: [String: String]

    /// - Parameter help: a line for people for each metric, by its name.
    package init(help: [String: String]) { self.help = help }

    /// All metrics, by name; the series of each by their labels.
    package var families: [MetricFamily] {
        let state = self.state.withLock { $0 }
        let families =
            self.families(.counter, state.counters.mapValues { [.init(.integer($0.total))] })
            + self.families(.gauge, state.gauges.mapValues { [.init(.real($0.value))] })
            + self.families(.summary, state.summaries.mapValues(\.samples))
        return families.sorted { $0.name < $1.name }
    }

    private func families(_ kind: MetricFamily.Kind, _ series: [Key: [MetricFamily.Sample]]) -> [MetricFamily] {
        Dictionary(grouping: series, by: \.key.name).map { name, series in
            let ordered = series.sorted {
                $0.key.labels.map(\.value).lexicographicallyPrecedes($1.key.labels.map(\.value))
            }
            let samples = ordered.flatMap { key, samples in
                samples.map { MetricFamily.Sample($0.value, labels: key.labels, suffix: $0.suffix) }
            }
            return MetricFamily(name, help: self.help[name] ?? "", kind: kind, samples: samples)
        }
    }

    // MARK: MetricsFactory

    /// The counter of this name and these labels, which is made when it is first asked for.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.state.withLock { $0.counters.value(for: Key(label, dimensions), else: StoredCounter()) }
    }

    /// - Parameter aggregate: false makes a gauge, which has the value that was recorded last.
    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let key = Key(label, dimensions)
        return self.state.withLock { state -> any RecorderHandler in
            aggregate
                ? state.summaries.value(for: key, else: StoredSummary())
                : state.gauges.value(for: key, else: StoredGauge())
        }
    }

    /// Timers are summaries in seconds, as Prometheus counts time.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.state.withLock { $0.summaries.value(for: Key(label, dimensions), else: StoredSummary()) }
    }

    /// Forgets a counter.
    package func destroyCounter(_ handler: any CounterHandler) {
        self.state.withLock { $0.counters = $0.counters.filter { $0.value !== handler } }
    }

    /// Forgets a gauge or a summary.
    package func destroyRecorder(_ handler: any RecorderHandler) {
        self.state.withLock {
            $0.gauges = $0.gauges.filter { $0.value !== handler }
            $0.summaries = $0.summaries.filter { $0.value !== handler }
        }
    }

    /// Forgets the summary of a timer.
    package func destroyTimer(_ handler: any TimerHandler) {
        self.state.withLock { $0.summaries = $0.summaries.filter { $0.value !== handler } }
    }
}

extension Dictionary {
    /// The value of a key, put there when it is first asked for.
    fileprivate mutating func value(for key: Key, else make: @autoclosure () -> Value) -> Value {
        if let value = self[key] { return value }
        let value = make()
        self[key] = value
        return value
    }
}
