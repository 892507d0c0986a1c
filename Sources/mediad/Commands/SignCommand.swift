import ArgumentParser
import Credentials
import HTTPSemantics
import MediaCatalog
import MediaCore
import MediaEngine
import MediaServer
import MediaStorage
import ServiceSupport

/// Signs addresses with the keys of the configuration, without daemon and database, or with the secret that the database has.
struct SignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Prints signed addresses, by which whoever has them reads files of private collections.",
        discussion: """
            A path is an address (/files/documents/1.pdf?preset=w342), or a file's place in the tree (documents/1.pdf). The keys are \
            those of access.signatureKeys, and without them the one in the database; whether there is such a file is not looked up.

            Examples:
              mediad sign documents/1.pdf
              mediad sign --expires 15m "/files/videos/trailer.mp4/hls/index.m3u8"
            """
    )

    @Argument(help: ArgumentHelp("What to sign.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("How long they are good: 15m, 1h, 7d.", valueName: "time"))
    var expires: String?

    @OptionGroup var options: SettingsOptions

    func validate() throws { _ = try self.lifetime() }

    func run() async throws {
        try await CommandFailure.report {
            let settings = try await self.options.settings()
            let keys = settings.access.signatureKeys
            guard keys.isEmpty else { return try self.printAddresses(settings, AddressSigner(secrets: keys)) }
            try await KeyDatabase.run(self.options) { settings, catalog in
                try self.printAddresses(
                    settings,
                    try await AddressAuthority(signatureKeys: [], catalog: catalog).prepare()
                )
            }
        }
    }

    private func printAddresses(_ settings: Settings, _ signer: AddressSigner) throws {
        let mint = AddressMint(signer: signer, rules: settings.signing, clock: { Timestamp.now() })
        let end = try mint.expiry(lifetime: try self.lifetime())
        // All or nothing: a list that lacks a line would shift the others.
        for address in try self.paths.map({ try Self.sign($0, mint, until: end) }) { print(address) }
    }

    private static func sign(_ path: String, _ mint: AddressMint, until end: Timestamp) throws -> String {
        let isAddress = path.hasPrefix("/") || path.hasPrefix("http://") || path.hasPrefix("https://")
        do throws(MediaError) {
            return try mint.sign(
                try SignableAddress(isAddress ? path : PercentPath.encode(path: path, under: "/files/")),
                until: end
            )
        } catch {
            throw MediaError(error.code, "\(TerminalText.plain(path)): \(error.message)", cause: error.cause)
        }
    }

    private func lifetime() throws -> Duration? {
        guard let expires = self.expires else { return nil }
        guard let lifetime = Duration(parsing: expires), lifetime >= .seconds(1) else {
            throw ValidationError("--expires must be a time such as 15m, 1h or 7d.")
        }
        return .seconds(lifetime.components.seconds)
    }
}
