import HTTPServing
import MediaCore
import MediaEngine

/// What `GET /metrics` says of webhooks. The label is the identifier, which is no secret; the URL may be one.
enum WebhookMetrics {
    static func families(of snapshot: WebhookCounts.Snapshot) -> [MetricFamily] {
        [
            MetricFamily(
                "mediad_webhook_tries_total",
                help: "Messages to webhooks that this process sent, by what became of them.",
                kind: .counter,
                samples: [("delivered", snapshot.delivered), ("failed", snapshot.failed)].map {
                    .init(.integer($1), labels: [.init("outcome", $0)])
                }
            ),
            MetricFamily(
                "mediad_webhooks",
                help: "Webhooks, by their state.",
                kind: .gauge,
                samples: Webhook.State.allCases.map { state in
                    let count = snapshot.endpoints.filter { $0.state == state }.count
                    return .init(.integer(Int64(count)), labels: [.init("state", state.rawValue)])
                }
            ),
        ] + self.lag(of: snapshot)
    }

    /// Left out where it is of no webhook: a family without samples says nothing.
    private static func lag(of snapshot: WebhookCounts.Snapshot) -> [MetricFamily] {
        let samples = snapshot.endpoints.compactMap { endpoint in
            endpoint.lag.map {
                MetricFamily.Sample(.integer($0), labels: [.init("webhook", endpoint.id.text)])
            }
        }
        guard !samples.isEmpty else { return [] }
        return [
            MetricFamily(
                "mediad_webhook_lag",
                help: "Changes of the feed that a webhook is behind.",
                kind: .gauge,
                samples: samples
            )
        ]
    }
}
