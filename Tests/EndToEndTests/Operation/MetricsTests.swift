import MediaTesting
import Testing

/// What `GET /metrics` has published stays: dashboards and alarms are made of it.
@Suite("Metrics", .daemon(), .timeLimit(.minutes(3)))
struct MetricsTests {
    @Test("Every published series is there, once, with its type")
    func published() async throws {
        let daemon = try Daemon.current()
        _ = try await daemon.request("GET", "/healthz", [])
        _ = try await daemon.request("GET", "/nowhere", [])
        let answer = try await daemon.request("GET", "/metrics", [])
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer["Cache-Control"] == "no-store")
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
        for (name, type) in [
            ("mediad_http_memory_responses_total", "counter"), ("mediad_http_memory_sent_bytes_total", "counter"),
            ("mediad_http_connections", "gauge"), ("mediad_open_files", "gauge"), ("mediad_cached_bytes", "gauge"),
            ("mediad_http_responses_total", "counter"), ("mediad_http_route_responses_total", "counter"),
            ("mediad_webhooks", "gauge"), ("mediad_webhook_tries_total", "counter"),
        ] {
            #expect(lines.count { $0 == "# TYPE \(name) \(type)" } == 1, "\(name)")
            #expect(lines.count { $0.hasPrefix("# HELP \(name) ") } == 1, "\(name)")
        }
        for series in [
            #"mediad_http_memory_responses_total{status="200"}"#, #"mediad_http_memory_responses_total{status="206"}"#,
            #"mediad_http_memory_responses_total{status="304"}"#, "mediad_http_memory_sent_bytes_total",
            "mediad_http_connections", "mediad_open_files", "mediad_cached_bytes",
            #"mediad_http_responses_total{method="GET",status="200"}"#,
            #"mediad_http_responses_total{method="GET",status="404"}"#,
            #"mediad_http_route_responses_total{route="/healthz",method="GET",status="200"}"#,
            #"mediad_http_route_responses_total{route="none",method="GET",status="404"}"#,
        ] {
            let values = lines.filter { $0.hasPrefix("\(series) ") }.map { $0.dropFirst(series.count + 1) }
            #expect(values.count == 1 && values.allSatisfy { Int($0) ?? -1 >= 0 }, "\(series)")
        }
    }
}
