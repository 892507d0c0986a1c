import HTTPSemantics
import HTTPTypes
import MediaCore
import NIOCore
import ServiceSupport

extension Settings.HTTP {
    init(_ reader: SettingsReader) async throws {
        self.isEnabled = try await reader.read(
            .bool("http.enabled", default: true, "Whether HTTP is spoken in the clear; false needs tls.certificate.")
        )
        self.hostname = try await reader.read(
            .text(
                "http.hostname",
                default: "127.0.0.1",
                """
                Address to listen on. Where others than this machine reach it, there has to be a key first \
                (docs/access.md).
                """
            )
        )
        self.port = try await reader.read(.integer("http.port", default: 8080, in: 0...65535, "0 takes a free one."))
        self.eventLoops = try await reader.read(
            .integer(
                "http.eventLoops",
                default: System.coreCount,
                in: 1...256,
                standardText: "the number of cores",
                "Event loop threads."
            )
        )
        self.maximumConnections = try await reader.read(
            .integer(
                "http.maximumConnections",
                default: 10_240,
                in: 1...1_000_000,
                """
                Connections at a time. Beyond that the one that has waited longest for a request is closed; if none \
                waits, the new one gets a 503. Each needs up to two open files (LimitNOFILE=).
                """
            )
        )
        self.maximumConnectionsPerAddress = try await reader.read(
            .integer(
                "http.maximumConnectionsPerAddress",
                default: 256,
                in: 0...1_000_000,
                """
                0 is no bound. Connections at a time from one address (of IPv6: from one /64); more get a 429. \
                Those of trustedProxies are not counted.
                """
            )
        )
        self.maximumRequestsPerConnection = try await reader.read(
            .integer(
                "http.maximumRequestsPerConnection",
                default: 100_000,
                in: 1...1_000_000_000,
                "Requests on one connection; the last response has \"Connection: close\"."
            )
        )
        self.maximumHeaderSize = try await reader.read(
            .bytes(
                "http.maximumHeaderSize",
                default: .kibibytes(32),
                in: .kibibytes(1) ... .mebibytes(1),
                "All header fields of one request."
            )
        )
        self.maximumHeaderCount = try await reader.read(
            .integer("http.maximumHeaderCount", default: 100, in: 10...1000, "Header fields of one request.")
        )
        self.idleTimeout = try await reader.read(
            .duration(
                "http.idleTimeout",
                default: .seconds(60),
                in: .anyTimeout,
                "A connection without a next request, or without a byte of a body, for this long is closed."
            )
        )
        self.headerTimeout = try await reader.read(
            .duration(
                "http.headerTimeout",
                default: .seconds(20),
                in: .anyTimeout,
                """
                From a request's first byte, or from the connection's beginning, to the end of its head; then \
                408.
                """
            )
        )
        self.writeTimeout = try await reader.read(
            .duration(
                "http.writeTimeout",
                default: .seconds(60),
                in: .anyTimeout,
                "A client that takes nothing of a response for this long is cut off."
            )
        )
        self.lingerTimeout = try await reader.read(
            .duration(
                "http.lingerTimeout",
                default: .seconds(2),
                in: .anyTimeout,
                """
                How long the last response of a connection has to reach its client. Meanwhile the daemon discards what \
                the client still sends (the rest of a refused upload).
                """
            )
        )
        self.sendQueueSize = try await reader.read(
            .bytes(
                "http.sendQueueSize",
                default: .mebibytes(256),
                in: ByteCount(bytes: 0) ... .gibibytes(64),
                """
                0 leaves it to the kernel (up to 4 MiB each). The bytes of all responses together that the kernel \
                queues beyond what their clients have room for; this is all that paused players cost. A new connection \
                gets its share, at least 16 KiB.
                """
            )
        )
        self.maximumPageSize = try await reader.read(
            .integer("http.maximumPageSize", default: 500, in: 1...10_000, "The most that ?limit= may ask for.")
        )
        self.pageSize = try await reader.read(
            .integer("http.pageSize", default: 50, in: 1...self.maximumPageSize, "Records on a page of GET /api/media.")
        )
        self.maximumExamined = try await reader.read(
            .integer(
                "http.maximumExamined",
                default: 10_000,
                in: 100...1_000_000,
                """
                Files that a page of GET /api/media tries where no index leads to those that are asked for: search, \
                names that a key may read, a type such as image/* in a collection, a pathPrefix of more files than \
                that. Such a page may be short, or empty; its nextCursor leads on.
                """
            )
        )
        self.isPageEnabled = try await reader.read(
            .bool("page.enabled", default: true, "Whether GET / shows the page to try mediad with.")
        )
        (self.trustedProxies, self.trustsOtherMachines) = try await Self.trustedProxies(reader)
        self.clientField = try await Self.clientField(reader)
        self.acceleration = try await AccelerationSettings(reader)
    }

    private static func trustedProxies(_ reader: SettingsReader) async throws -> (TrustedAddresses, hasOthers: Bool) {
        let texts = try await reader.read(
            .list(
                "http.trustedProxies",
                default: ["127.0.0.1", "::1"],
                form: "List of IP addresses and networks (10.0.0.0/8)",
                """
                Peers whose Forwarded, X-Forwarded-For, -Host and -Proto are believed. They decide the URLs in \
                "Location", and the client that the quotas count.
                """
            )
        )
        do {
            let hasOthers = texts.contains { !LoopbackAddresses.contains(String($0.prefix { $0 != "/" })) }
            return (try TrustedAddresses(texts), hasOthers)
        } catch {
            try reader.refuse(
                "http.trustedProxies",
                error.text,
                "an IP address or a network such as 10.0.0.0/8"
            )
            return (try TrustedAddresses([]), false)
        }
    }

    private static func clientField(_ reader: SettingsReader) async throws -> HTTPField.Name? {
        guard
            let text = try await reader.read(
                .optionalText(
                    "http.clientField",
                    """
                    Header field in which such a proxy names the user it has checked, e.g. X-Forwarded-User. Quotas \
                    then count users, and a resumable upload is only for the user who began it. Empty: quotas count \
                    addresses.
                    """
                )
            )
        else { return nil }
        guard let name = HTTPField.Name(text) else {
            try reader.refuse("http.clientField", text, "the name of a header field")
            return nil
        }
        return name
    }
}
