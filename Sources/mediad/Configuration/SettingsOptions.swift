import ArgumentParser
import Configuration
import Foundation
import MediaCore
import SystemPackage

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

    /// - Parameter flags: further keys given as flags.
    /// - Throws: ``MediaError`` `invalid_configuration`.
    func settings(flags: [String: String] = [:]) async throws -> Settings {
        var flags = flags
        flags["storage.root"] = self.storageRoot
        flags["database.url"] = self.databaseURL
        // An empty variable is how compose files and units write "not set".
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Self.values(flags)),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "mediad"),
            // The name that hosting platforms and other programs use.
            InMemoryProvider(name: "DATABASE_URL", values: Self.values(["database.url": environment["DATABASE_URL"]])),
        ]
        let file = try self.file()
        if let file, try !ConfigurationFile.isEmpty(file: file) {
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
            } catch {
                throw MediaError(.invalidConfiguration, "The configuration file \(file) cannot be read: \(error)")
            }
        }
        let reader = SettingsReader(ConfigReader(providers: providers))
        let settings = try await Settings(reader)
        if let file { try ConfigurationFile.checkKeys(file: file, known: reader.askedKeys) }
        return settings
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

    private static func values(_ flags: [String: String?]) -> [AbsoluteConfigKey: ConfigValue] {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in flags {
            guard let value else { continue }
            values[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] = ConfigValue(
                .string(value),
                isSecret: false
            )
        }
        return values
    }
}
