import ArgumentParser
import Foundation
import Glibc
import Logging
import MediaCore
import MediaStorage
import NIOCore
import NIOPosix
import PostgresCluster
import ServiceSupport

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the daemon until SIGTERM or Ctrl-C."
    )

    @OptionGroup var options: SettingsOptions

    @Option(help: ArgumentHelp("Address to listen on (http.hostname).", valueName: "host"))
    var hostname: String?

    @Option(help: ArgumentHelp("Port to listen on; 0 takes a free one (http.port).", valueName: "port"))
    var port: String?

    func run() async throws {
        try await CommandFailure.report {
            let settings = try await self.options.settings(
                flags: ["http.hostname": self.hostname, "http.port": self.port].compactMapValues(\.self),
                checksSite: true,
                onFormat: CommandFailure.use
            ).resolved()
            settings.log.bootstrap()
            try await Self.serve(settings)
        }
    }

    private static func serve(_ configured: Settings) async throws {
        let logger = Logger(label: "mediad")
        // None of them is an order to end: a terminal that is closed, a tool that rotates logs.
        for number in [SIGHUP, SIGUSR1, SIGUSR2] { Interruption.ignore(number) }
        let lock = try RootLock(root: configured.storage.root, isShared: configured.database.url != nil)
        let settings = try DescriptorLimit.apply(to: configured, logger: logger)
        let pool = NIOThreadPool(numberOfThreads: settings.storage.ioThreads)
        pool.start()
        // One loop group for the process, of the configured size, made at its first use.
        NIOSingletons.groupLoopCountSuggestion = settings.http.eventLoops
        try await Interruption.cancelling(endsOnHangUp: false) { interruption in
            try Database.refuseForgottenURL(settings)
            let database = try await Database.open(settings, purpose: .daemon, logger: logger)
            do {
                let app = try AppServices(settings, database: database, blockingPool: pool, logger: logger)
                try await app.storage.tryRenames(collections: settings.collections.map(\.name))
                let daemon = try Daemon(app)
                try await daemon.prepare()
                interruption.disarm()
                try await daemon.run { urls in
                    if settings.log.format == .text { Welcome.print(urls: urls) }
                }
                try await app.storage.close()
            } catch {
                try? await database.close()
                throw error
            }
            try await database.close()
        }
        try await pool.shutdownGracefully()
        logger.notice("Stopped")
        withExtendedLifetime(lock) {}
    }
}

/// What a person who started the daemon in a terminal sees.
enum Welcome {
    /// - Parameter urls: at least one.
    static func print(urls: [String]) {
        let url = urls.first ?? ""
        // Written at once, past the buffer that a pipe would get.
        try? FileHandle.standardOutput.write(
            contentsOf: Data(
                """

                mediad is ready: \(urls.joined(separator: " and "))

                Try, in another terminal:
                  curl -F collection=avatars -F name=me -F file=@photo.jpg \(url)/api/upload
                  curl -o me-256.jpg '\(url)/files/avatars/me.jpg?preset=s256'   (me.heic, me.png: by the bytes)
                  curl \(url)/api/media

                Ctrl-C stops it.


                """.utf8
            )
        )
    }
}
