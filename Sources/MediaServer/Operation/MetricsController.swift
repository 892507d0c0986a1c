import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine
import NIOCore

/// `GET /metrics`: what was counted, for Prometheus.
struct MetricsController: Sendable {
    let registry: MetricsRegistry
    let hotFiles: HotFileCache
    let connections: @Sendable () -> Int
    let notificationQueueUsage: @Sendable () -> Double?
    let trashTotals: @Sendable () -> TrashTotals?
    let webhooks: @Sendable () -> WebhookCounts.Snapshot

    /// The router's counters.
    static let names = MetricsMiddleware<MediaRequestContext>.Names(
        responses: "mediad_http_responses_total",
        responsesByRoute: "mediad_http_route_responses_total"
    )

    /// What the counters of the registry say.
    static let help = [
        names.responses: "Responses of the router.",
        names.responsesByRoute: "Responses of the router, by the pattern of the route.",
    ]

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.metrics, .get, .head) { _, _ in try await self.response() }
    }

    private func response() async throws -> Response {
        var traffic = Traffic()
        for cache in self.hotFiles.eventLoopCaches {
            traffic.add(try await cache.eventLoop.submit { cache.value.traffic }.get())
        }
        let webhooks = WebhookMetrics.families(of: self.webhooks())
        let families = self.families(of: traffic) + webhooks + self.registry.families
        return Response(
            status: .ok,
            headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: PrometheusText.text(families)))
        )
    }

    /// What is counted elsewhere, without a lock for each request, and only added up here.
    private func families(of traffic: Traffic) -> [MetricFamily] {
        let size = self.hotFiles.size
        return [
            MetricFamily(
                "mediad_http_memory_responses_total",
                help: "Responses to GET and HEAD of files without router and catalog.",
                kind: .counter,
                samples: [("200", traffic.whole), ("206", traffic.partial), ("304", traffic.notModified)].map {
                    .init(.integer(Int64($1)), labels: [.init("status", $0)])
                }
            ),
            Self.family(
                "mediad_http_memory_sent_bytes_total",
                "Bytes of files in those responses.",
                traffic.bytes,
                .counter
            ),
            Self.family("mediad_http_connections", "Connections that are open.", Int64(self.connections()), .gauge),
            Self.family("mediad_open_files", "Files that are kept open, ready to be sent.", Int64(size.files), .gauge),
            Self.family(
                "mediad_cached_bytes",
                "Bytes of small files that are kept in memory.",
                Int64(size.bodyBytes),
                .gauge
            ),
        ] + self.trashFamilies + self.databaseFamilies
    }

    /// Left out before the first look.
    private var trashFamilies: [MetricFamily] {
        guard let totals = self.trashTotals() else { return [] }
        return [
            Self.family("mediad_trash_files", "Deleted files that can be restored.", Int64(totals.files), .gauge),
            Self.family("mediad_trash_bytes", "Their bytes, which the disk holds.", totals.size.bytes, .gauge),
        ]
    }

    /// Left out while it is not known.
    private var databaseFamilies: [MetricFamily] {
        guard let usage = self.notificationQueueUsage() else { return [] }
        return [
            MetricFamily(
                "mediad_database_notification_queue_usage",
                help: "How full the database's queue of notifications is, from 0 to 1.",
                kind: .gauge,
                samples: [.init(.real(usage))]
            )
        ]
    }

    private static func family(
        _ name: String,
        _ help: String,
        _ value: Int64,
        _ kind: MetricFamily.Kind
    ) -> MetricFamily {
        MetricFamily(name, help: help, kind: kind, samples: [.init(.integer(value))])
    }
}
