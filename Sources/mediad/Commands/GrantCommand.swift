import Access
import ArgumentParser
import MediaCore
import MediaEngine
import ServiceSupport

/// Makes a grant on the machine of the daemon, also beside a running one.
struct GrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Makes a grant, the right to upload one file, and prints it, and nothing else.",
        discussion: """
            Who has it sends it as "Authorization: Bearer ..." or as ?grant=... to /api/upload or /api/uploads. docs/grants.md \
            describes it.

            Examples:
              mediad grant --collection avatars --name user1 --type "image/*" --maximum-size 5MiB
              mediad grant --collection documents --name-prefix user1/ --expires 15m --owner user1
            """
    )

    @Option(help: "Where the file is to go.")
    var collection: String

    @Option(help: "The name that it is to have.")
    var name: String?

    @Option(help: "How its name begins, in place of --name.")
    var namePrefix: String?

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp("A type, such as image/*; may be given again.", valueName: "type")
    )
    var types: [String] = []

    @Option(help: ArgumentHelp("The largest size that is taken: 5MiB.", valueName: "size"))
    var maximumSize: String?

    @Option(help: ArgumentHelp("The bytes that it must have.", valueName: "bytes"))
    var size: Int64?

    @Option(help: ArgumentHelp("What it must hash to, in hexadecimal.", valueName: "digest"))
    var sha256: String?

    @Option(help: ArgumentHelp("Within what time the upload must begin: 15m. Default 1h.", valueName: "time"))
    var expires: String?

    @Option(help: "Whose file it will be.")
    var owner: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether it may take the place of a file. Else: where the collection always replaces."
    )
    var replace: Bool?

    @OptionGroup var options: SettingsOptions

    func validate() throws { _ = try self.request() }

    func run() async throws {
        try await CommandFailure.report {
            let request = try self.request()
            try await KeyDatabase.run(self.options) { settings, catalog in
                let grants = GrantService(settings, catalog: catalog)
                print(try await grants.make(request, for: .open).token)
            }
        }
    }

    private func request() throws -> GrantRequest {
        var seconds: Int64?
        if let expires {
            guard let lifetime = Duration(parsing: expires), lifetime >= .seconds(1) else {
                throw ValidationError("--expires must be a time such as 15m or 2h.")
            }
            seconds = lifetime.components.seconds
        }
        var most: Int64?
        if let maximumSize {
            guard let count = ByteCount(parsing: maximumSize) else {
                throw ValidationError("--maximum-size must be a size such as 5MiB.")
            }
            most = count.bytes
        }
        return GrantRequest(
            collection: self.collection,
            name: self.name,
            namePrefix: self.namePrefix,
            types: self.types.isEmpty ? nil : self.types,
            maximumSize: most,
            size: self.size,
            sha256: self.sha256,
            expiresIn: seconds,
            replace: self.replace,
            owner: self.owner
        )
    }
}
