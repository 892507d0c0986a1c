import HTTPSemantics
import HTTPTypes
import Primitives

/// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10 sections 3 and 4): lists of structured fields, one item for
/// each policy, named after whom it is for.
///
///     RateLimit-Policy: "key";q=600;w=60, "address";q=6000;w=60
///     RateLimit: "key";r=599;t=1, "address";r=5999;t=1
enum RateFields {
    /// The fields of a response to a request that took these.
    static func fields(_ tickets: [RequestRates.Ticket]) -> HTTPFields {
        guard !tickets.isEmpty else { return [:] }
        let policies = tickets.map { ticket in
            "\"\(ticket.kind.rawValue)\";q=\(ticket.rate.quota);w=\(Self.seconds(ticket.rate.window))"
        }
        let states = tickets.map { ticket in
            "\"\(ticket.kind.rawValue)\";r=\(ticket.verdict.remaining);t=\(Self.seconds(ticket.verdict.untilFull))"
        }
        return [
            .rateLimitPolicy: policies.joined(separator: ", "), .rateLimit: states.joined(separator: ", "),
        ]
    }

    /// Whole seconds, rounded up: who comes then is not too early.
    static func seconds(_ duration: Duration) -> Int64 {
        duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0)
    }
}

extension HTTPField.Name {
    static let rateLimitPolicy = Self.literal("ratelimit-policy")
    static let rateLimit = Self.literal("ratelimit")
}
