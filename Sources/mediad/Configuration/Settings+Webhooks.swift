import HTTPSemantics
import MediaCore
import MediaEngine
import ServiceSupport
import WebhookTransport

extension Settings.Webhooks {
    init(_ reader: SettingsReader) async throws {
        self.allowedNetworks = try await Self.networks(reader)
        self.trustedCertificates = try await reader.read(
            .optionalText(
                "webhooks.trustedCertificates",
                "File in PEM with authorities whose certificates are good too, beside the system's."
            )
        )
        self.maximum = try await reader.read(
            .integer("webhooks.maximum", default: 100, in: 1...1000, "Webhooks; more are refused.")
        )
        self.concurrency = try await reader.read(
            .integer(
                "webhooks.concurrency",
                default: 16,
                in: 1...256,
                "Webhooks that one daemon sends to at a time; the others wait."
            )
        )
        let timeout = try await reader.read(
            .duration(
                "webhooks.timeout",
                default: .seconds(15),
                in: .milliseconds(100) ... .seconds(300),
                "For one message: to resolve the name, connect, send and get the response."
            )
        )
        self.limits = WebhookTransport.Limits(
            connectTimeout: try await reader.read(
                .duration(
                    "webhooks.connectTimeout",
                    default: .seconds(5),
                    in: .milliseconds(100) ... .seconds(60),
                    "To connect to one address."
                )
            ),
            timeout: timeout,
            responseLength: try await reader.read(
                .bytes(
                    "webhooks.responseSize",
                    default: .kibibytes(16),
                    in: .kibibytes(1) ... .mebibytes(1),
                    "Of a response, head included, that is read; only its status counts."
                )
            )
        )
        self.policy = try await Self.policy(reader)
    }

    private static func policy(_ reader: SettingsReader) async throws -> WebhookPolicy {
        let day = Duration.seconds(86400)
        return WebhookPolicy(
            tries: try await reader.read(
                .integer(
                    "webhooks.tries",
                    default: 12,
                    in: 1...100,
                    "Tries of one message; after the last the webhook is parked, and nothing is lost."
                )
            ),
            firstPause: try await reader.read(
                .duration(
                    "webhooks.retryInterval",
                    default: .seconds(2),
                    in: .milliseconds(50) ... .seconds(3600),
                    "The longest pause after the first failure, doubled with each further one; the pause is a random part of it."
                )
            ),
            longestPause: try await reader.read(
                .duration(
                    "webhooks.maximumRetryInterval",
                    default: .seconds(900),
                    in: .milliseconds(50)...day,
                    "The longest pause between two tries, also where Retry-After asks for more."
                )
            ),
            probeInterval: try await reader.read(
                .duration(
                    "webhooks.probeInterval",
                    default: .seconds(300),
                    in: .milliseconds(50)...day,
                    "How often a parked webhook is sent the message that it did not take; one success, and all follow."
                )
            ),
            disableAfter: try await reader.read(
                .duration(
                    "webhooks.disableAfter",
                    default: day * 3,
                    in: .seconds(1)...day * 365,
                    "How long a webhook may be parked before it is disabled."
                )
            ),
            disabledProbeInterval: try await reader.read(
                .duration(
                    "webhooks.disabledProbeInterval",
                    default: .seconds(3600 * 6),
                    in: .milliseconds(50)...day * 30,
                    "How often a disabled webhook is probed, unless somebody disabled it by hand."
                )
            )
        )
    }

    private static func networks(_ reader: SettingsReader) async throws -> TrustedAddresses {
        let texts = try await reader.read(
            .list(
                "webhooks.allowedNetworks",
                default: [],
                form: "List of IP addresses and networks (10.0.0.0/8)",
                """
                Where webhooks may be sent to beside the internet: private networks, loopback. There http will do; everywhere \
                else it must be https.
                """
            )
        )
        do {
            return try TrustedAddresses(texts)
        } catch {
            try reader.refuse("webhooks.allowedNetworks", error.text, "an IP address or a network such as 10.0.0.0/8")
            return try TrustedAddresses([])
        }
    }
}
