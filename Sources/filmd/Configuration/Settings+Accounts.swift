import Films
import HTTPSemantics
import Primitives
import ServiceSupport

extension AccountSettings {
    /// Reads `accounts.*`.
    init(_ reader: SettingsReader, trustedProxies: TrustedAddresses) async throws {
        self.init(
            passwordMemory: try await reader.read(
                .bytes(
                    "accounts.passwordMemory",
                    default: .mebibytes(64),
                    in: AccountSettings.minimumMemory ... .gibibytes(1),
                    "Memory of one password's hash (Argon2id). All threads together use that many times more."
                )
            ),
            passwordTime: try await reader.read(
                .duration(
                    "accounts.passwordTime",
                    default: .milliseconds(250),
                    in: .milliseconds(10) ... .seconds(5),
                    "How long a hash is to take on this machine. It is measured at the first sign-in."
                )
            ),
            passwordThreads: try await reader.read(
                .integer("accounts.passwordThreads", default: 2, in: 1...64, "Hashes at once; more wait.")
            ),
            passwordQueue: try await reader.read(
                .integer(
                    "accounts.passwordQueue",
                    default: 64,
                    in: 0...10_000,
                    "Hashes that may wait; beyond that it is 503 busy."
                )
            ),
            failuresPerAccount: try await reader.read(
                .integer(
                    "accounts.failuresPerAccount",
                    default: 10,
                    in: 1...10_000,
                    "Wrong passwords for one account in 15 minutes."
                )
            ),
            failuresPerAddress: try await reader.read(
                .integer(
                    "accounts.failuresPerAddress",
                    default: 100,
                    in: 1...1_000_000,
                    "Wrong passwords from one address (IPv6: from one network of 64 bits) in 15 minutes."
                )
            ),
            creationsPerAddress: try await reader.read(
                .integer(
                    "accounts.creationsPerAddress",
                    default: 100,
                    in: 1...1_000_000,
                    "New accounts from one address in an hour."
                )
            ),
            refreshesPerAddress: try await reader.read(
                .integer(
                    "accounts.refreshesPerAddress",
                    default: 600,
                    in: 1...1_000_000,
                    "Refreshes of access tokens from one address in a minute: what the pages of a household need, many times over."
                )
            ),
            exportsPerAccount: try await reader.read(
                .integer(
                    "accounts.exportsPerAccount",
                    default: 6,
                    in: 1...10_000,
                    "Archives of everything that one account has, in a minute."
                )
            ),
            issuer: try await reader.read(
                .text(
                    "accounts.issuer",
                    default: "filmd",
                    "iss of access tokens; mediad's access.jwt.issuer, if it is set."
                )
            ),
            sessionLifetime: try await reader.read(
                .duration(
                    "accounts.sessionLifetime",
                    default: .seconds(30 * 86400),
                    in: .seconds(3600) ... .seconds(366 * 86400),
                    "How long a session lasts that is not used."
                )
            ),
            trustedProxies: trustedProxies
        )
    }
}
