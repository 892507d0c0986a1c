import ArgumentParser
import Foundation
import HTTPSemantics
import Logging
import ServiceSupport

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the service until SIGTERM or Ctrl-C."
    )

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "Configuration file (YAML). Default: /etc/mediad/filmd.yaml, if it is there.",
            valueName: "file"
        )
    )
    var configurationFile: String?

    @Option(help: ArgumentHelp("Address to listen on (http.hostname).", valueName: "host"))
    var hostname: String?

    @Option(help: ArgumentHelp("Port to listen on; 0 takes a free one (http.port).", valueName: "port"))
    var port: String?

    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp("mediad's database, as libpq URL or conninfo (database.url).", valueName: "url")
    )
    var databaseURL: String?

    @Option(
        name: .customLong("media-url"),
        help: ArgumentHelp("mediad's address as filmd reaches it (media.url).", valueName: "url")
    )
    var mediaURL: String?

    @Option(
        name: .customLong("media-public-url"),
        help: ArgumentHelp("mediad's address as browsers reach it (media.publicUrl).", valueName: "url")
    )
    var mediaPublicURL: String?

    @Option(
        name: .customLong("media-key"),
        help: ArgumentHelp("An API key of mediad (media.key; better FILMD_MEDIA_KEY).", valueName: "key")
    )
    var mediaKey: String?

    @Option(
        name: .customLong("front"),
        help: ArgumentHelp("Folder with the page's files (front.directory).", valueName: "dir")
    )
    var frontDirectory: String?

    private static let standardFile = "/etc/mediad/filmd.yaml"

    func run() async throws {
        do {
            let settings = try await self.settings()
            settings.log.bootstrap()
            try await Service(settings).run { urls in
                guard settings.log.format == .text else { return }
                // Written at once, past the buffer that a pipe would get.
                let line = "\nfilmd is ready: \(urls.joined(separator: " and "))\n\n"
                try? FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
            }
        } catch {
            ProcessLog.flush()
            let text = SecretText.redacted((error as? SettingsError)?.message ?? "\(error)")
            try? FileHandle.standardError.write(contentsOf: Data("filmd: \(text)\n".utf8))
            throw ExitCode(2)
        }
    }

    private func settings() async throws -> Settings {
        let flags: [String: String?] = [
            "http.hostname": self.hostname, "http.port": self.port, "database.url": self.databaseURL,
            "media.url": self.mediaURL, "media.publicUrl": self.mediaPublicURL, "media.key": self.mediaKey,
            "front.directory": self.frontDirectory,
        ]
        let source = SettingsSource(
            program: "filmd",
            flags: flags.compactMapValues(\.self),
            environment: ProcessInfo.processInfo.environment,
            aliases: ["DATABASE_URL": "database.url"],
            file: try self.file(),
            example: "config/filmd.yaml"
        )
        return try await source.read { try await Settings($0) }
    }

    private func file() throws -> String? {
        let isThere = FileManager.default.isReadableFile(atPath: self.configurationFile ?? Self.standardFile)
        if let file = self.configurationFile, !isThere {
            throw ValidationError("The configuration file \(file) does not exist or cannot be read.")
        }
        return isThere ? self.configurationFile ?? Self.standardFile : nil
    }
}

extension Settings.Log {
    /// Makes this the process's logging. Called once.
    func bootstrap() { ProcessLog.bootstrap(level: self.level, format: self.format, capacity: self.queue) }
}
