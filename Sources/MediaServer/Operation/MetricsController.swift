import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /metrics`: counters in the text format that Prometheus reads (version 0.0.4 of its exposition formats).
struct MetricsController: Sendable {
    let meter: RequestMeter
    let hotFiles: HotFileCache
    let connections: @Sendable () -> Int

    func register(with router: Router<MediaRequestContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/metrics", method: method) { _, _ in try await self.response() }
        }
    }

    private func response() async throws -> Response {
        var traffic = Traffic()
        for cache in self.hotFiles.eventLoopCaches {
            traffic.add(try await cache.eventLoop.submit { cache.value.traffic }.get())
        }
        let text = Self.text(traffic, routed: self.meter.all, kept: self.hotFiles.size, connections: self.connections())
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    private static func text(
        _ traffic: Traffic,
        routed: [RequestMeter.Key: Int],
        kept: HotFileCache.Size,
        connections: Int
    ) -> String {
        var text = """
            # HELP mediad_http_memory_responses_total Answers to GET and HEAD of files without router and catalog.
            # TYPE mediad_http_memory_responses_total counter
            mediad_http_memory_responses_total{status="200"} \(traffic.whole)
            mediad_http_memory_responses_total{status="206"} \(traffic.partial)
            mediad_http_memory_responses_total{status="304"} \(traffic.notModified)
            # HELP mediad_http_memory_sent_bytes_total Bytes of files in those answers.
            # TYPE mediad_http_memory_sent_bytes_total counter
            mediad_http_memory_sent_bytes_total \(traffic.bytes)
            # HELP mediad_http_connections Connections that are open.
            # TYPE mediad_http_connections gauge
            mediad_http_connections \(connections)
            # HELP mediad_open_files Files that are kept open, ready to be sent.
            # TYPE mediad_open_files gauge
            mediad_open_files \(kept.files)
            # HELP mediad_cached_bytes Bytes of small files that are kept in memory.
            # TYPE mediad_cached_bytes gauge
            mediad_cached_bytes \(kept.bodyBytes)
            # HELP mediad_http_responses_total Answers of the router.
            # TYPE mediad_http_responses_total counter

            """
        for (key, count) in routed.sorted(by: { ($0.key.method, $0.key.status) < ($1.key.method, $1.key.status) }) {
            text += "mediad_http_responses_total{method=\"\(key.method)\",status=\"\(key.status)\"} \(count)\n"
        }
        return text
    }
}
