import HTTPTypes
import Hummingbird
import Metrics
import Testing

@testable import HTTPServing

@Suite("Metrics for Prometheus")
struct MetricsTests {
    @Test("Text has help, type and one line for each series")
    func text() {
        let families = [
            MetricFamily(
                "a_total",
                help: "Back\\slash\nand line.",
                kind: .counter,
                samples: [.init(.integer(3), labels: [.init("k", "a\"b\\\n"), .init("l", "x")]), .init(.integer(0))]
            ),
            MetricFamily("b", help: "B.", kind: .gauge, samples: [.init(.real(1.5)), .init(.real(.infinity))]),
        ]
        #expect(
            PrometheusText.text(families) == #"""
                # HELP a_total Back\\slash\nand line.
                # TYPE a_total counter
                a_total{k="a\"b\\\n",l="x"} 3
                a_total 0
                # HELP b B.
                # TYPE b gauge
                b 1.5
                b +Inf

                """#
        )
    }

    @Test("What is recorded through swift-metrics is in the registry")
    func registry() {
        let registry = MetricsRegistry(help: ["jobs_total": "Jobs."])
        for state in ["ok", "bad", "ok"] {
            Counter(label: "jobs_total", dimensions: [("state", state)], factory: registry).increment()
        }
        Gauge(label: "depth", factory: registry).record(7)
        let timer = Timer(label: "duration", factory: registry)
        timer.recordNanoseconds(1_500_000_000)
        timer.recordNanoseconds(500_000_000)
        #expect(
            PrometheusText.text(registry.families) == """
                # HELP depth \("")
                # TYPE depth gauge
                depth 7.0
                # HELP duration \("")
                # TYPE duration summary
                duration_sum 2.0
                duration_count 2
                # HELP jobs_total Jobs.
                # TYPE jobs_total counter
                jobs_total{state="bad"} 1
                jobs_total{state="ok"} 2

                """
        )
    }

    @Test("A destroyed metric is gone")
    func destroyed() {
        let registry = MetricsRegistry(help: [:])
        let counter = Counter(label: "jobs_total", factory: registry)
        counter.increment()
        counter.destroy()
        #expect(registry.families.isEmpty)
    }

    @Test("Responses are counted by method and status, and by the route's pattern, whatever clients make up")
    func responses() async throws {
        let registry = MetricsRegistry(help: [:])
        let route = Route("/items/{id}", [.get(.read)])
        var handlers = RouteHandlers<TestContext>(RouteTable([route]))
        handlers.on(route, .get) { _, _ in Response(status: .ok) }
        let names = MetricsMiddleware<TestContext>.Names(responses: "all", responsesByRoute: "by_route")
        let responder = try handlers.responder(middlewares: [
            MetricsMiddleware(names: names, factory: registry), ProblemMiddleware(),
        ])
        for target in ["/items/1", "/items/2", "/x", "/y"] { _ = try await responder.send(.get, target) }
        _ = try await responder.send(try #require(HTTPRequest.Method("BREW")), "/items/1")
        let lines = PrometheusText.text(registry.families).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                #"all{method="GET",status="200"} 2"#, #"all{method="GET",status="404"} 2"#,
                #"all{method="other",status="405"} 1"#,
                #"by_route{route="/items/{id}",method="GET",status="200"} 2"#,
                #"by_route{route="/items/{id}",method="other",status="405"} 1"#,
                #"by_route{route="none",method="GET",status="404"} 2"#,
            ]
        )
    }
}
