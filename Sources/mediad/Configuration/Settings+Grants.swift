import MediaCore
import MediaServer
import Primitives
import ServiceSupport

extension Settings {
    /// What grants, owners and clients are bound by: the rest of `access.*`.
    struct AccessLimits: Sendable {
        /// Within which an upload must begin with a grant, at most.
        var grantLifetime: Duration
        /// What one owner may have.
        var quota: OwnerQuota
        /// How often one key, owner, address may make requests.
        var rates: [RequestRates.Kind: TokenBucket.Rate]
        /// Keys, owners and addresses that are remembered.
        var remembered: Int
    }
}

extension Settings.AccessLimits {
    init(_ reader: SettingsReader) async throws {
        self.grantLifetime = try await reader.read(
            .duration(
                "access.grants.maximumLifetime",
                default: .seconds(7 * 86_400),
                in: .seconds(1) ... .seconds(365 * 86_400),
                "Within what time an upload must begin with a grant, at most (\"expiresIn\"). A transfer begun in time may take longer."
            )
        )
        let files = try await reader.read(
            .integer(
                "access.quota.files",
                default: 0,
                in: 0...1_000_000_000,
                """
                Files that one owner may have, open uploads included; more are refused with 507. 0: any number. Files of nobody in \
                particular do not count.
                """
            )
        )
        let size = try await reader.read(
            .bytes(
                "access.quota.size",
                default: ByteCount(bytes: 0),
                in: ByteCount(bytes: 0) ... .gibibytes(1 << 20),
                "What the files of one owner may take, open uploads included; more are refused with 507. 0: any size."
            )
        )
        self.quota = OwnerQuota(
            maximumFiles: files > 0 ? files : nil,
            maximumSize: size.bytes > 0 ? size : nil
        )
        self.rates = try await Self.rates(reader)
        self.remembered = try await reader.read(
            .integer(
                "access.rates.remembered",
                default: 10_000,
                in: 100...10_000_000,
                "Keys, owners and addresses of each kind whose requests are counted; who was not heard of for the longest time goes."
            )
        )
    }

    private static func rates(_ reader: SettingsReader) async throws -> [RequestRates.Kind: TokenBucket.Rate] {
        let window = try await reader.read(
            .duration(
                "access.rates.window",
                default: .seconds(60),
                in: .seconds(1) ... .seconds(86_400),
                "The time that the rates are for. What was used comes back evenly over it."
            )
        )
        var rates: [RequestRates.Kind: TokenBucket.Rate] = [:]
        for kind in RequestRates.Kind.allCases {
            let quota = try await reader.read(
                .integer(
                    "access.rates.\(kind.rawValue)",
                    default: 0,
                    in: 0...1_000_000_000,
                    Self.meaning(of: kind)
                )
            )
            if quota > 0 { rates[kind] = TokenBucket.Rate(quota: quota, window: window) }
        }
        return rates
    }

    private static func meaning(of kind: RequestRates.Kind) -> String {
        switch kind {
        case .key:
            """
            Requests with one key in a window, on each daemon; more are refused with 429. 0: any number. The bytes of files and the \
            health checks do not count.
            """
        case .owner: "Requests of one owner, whatever token or grant they come with. 0: any number."
        case .address: "Requests from one address, of IPv6 from one /64. 0: any number."
        }
    }
}
