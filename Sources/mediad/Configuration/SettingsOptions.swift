import ArgumentParser
import Foundation
import MediaCore
import ServiceSupport

/// The flags that every command with settings takes, and how the settings come together:
/// flags, then environment, then file, then defaults.
struct SettingsOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "Configuration file (YAML). Default: /etc/mediad/mediad.yaml, if it is there.",
            valueName: "file"
        )
    )
    var configurationFile: String?

    @Option(help: ArgumentHelp("Folder with files/, staging/, renditions/ (storage.root).", valueName: "dir"))
    var storageRoot: String?

    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp(
            "PostgreSQL, as libpq URL or conninfo (database.url). Without it an embedded one.",
            valueName: "url"
        )
    )
    var databaseURL: String?

    private static let standardFile = "/etc/mediad/mediad.yaml"

    /// - Parameters:
    ///   - flags: further keys given as flags.
    ///   - checksSite: whether the machine is looked at too; see ``Settings/checkSite(_:)``.
    ///   - onFormat: told the format of the log as soon as it is known, also when the rest is wrong.
    /// - Throws: ``MediaError`` `invalid_configuration` with all mistakes.
    func settings(
        flags: [String: String] = [:],
        checksSite: Bool = false,
        onFormat: (LogFormat) -> Void = { _ in }
    ) async throws -> Settings {
        var flags = flags
        flags["storage.root"] = self.storageRoot
        flags["database.url"] = self.databaseURL
        let source = SettingsSource(
            program: "mediad",
            flags: flags,
            environment: ProcessInfo.processInfo.environment,
            // The name that hosting platforms and other programs use.
            aliases: ["DATABASE_URL": "database.url"],
            file: try self.file(),
            example: "config/mediad.yaml",
            explain: UnknownSetting.explanation(of:known:)
        )
        do {
            return try await source.read { reader in
                onFormat(try await Settings.Log(reader).format)
                let settings = try await Settings(reader)
                if checksSite { try settings.checkSite(reader) }
                return settings
            }
        } catch let error as SettingsError {
            throw MediaError(.invalidConfiguration, error.message)
        }
    }

    private func file() throws(MediaError) -> String? {
        if let file = self.configurationFile {
            guard FileManager.default.isReadableFile(atPath: file) else {
                throw MediaError(
                    .invalidConfiguration,
                    "The configuration file \(file) does not exist or cannot be read."
                )
            }
            return file
        }
        return FileManager.default.isReadableFile(atPath: Self.standardFile) ? Self.standardFile : nil
    }
}
