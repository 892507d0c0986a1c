import Configuration
import Foundation
import SystemPackage

/// Where a program's settings come from: flags, then the environment, then a configuration file, then the defaults.
///
/// ```swift
/// let source = SettingsSource(
///     program: "mediad", flags: ["http.port": "8080"], environment: ProcessInfo.processInfo.environment,
///     aliases: ["DATABASE_URL": "database.url"], file: "/etc/mediad/mediad.yaml", example: "config/mediad.yaml"
/// )
/// let settings = try await source.read { reader in try await Settings(reader) }
/// ```
package struct SettingsSource: Sendable {
    private let program: String
    private let flags: [String: String]
    private let environment: [String: String]
    private let aliases: [String: String]
    private let file: ConfigurationFile?

    /// - Parameters:
    ///   - program: begins the names of its variables: `http.port` of `mediad` is `MEDIAD_HTTP_PORT`.
    ///   - flags: keys that were given on the command line, and their values.
    ///   - environment: the variables of the process.
    ///   - aliases: further variables and the keys that they set, after the program's own.
    ///   - file: the path of a readable YAML file; nil for none.
    ///   - example: the file that shows all keys, for messages.
    package init(
        program: String,
        flags: [String: String],
        environment: [String: String],
        aliases: [String: String],
        file: String?,
        example: String
    ) {
        self.program = program
        self.flags = flags
        // An empty variable is how compose files and units write "not set".
        self.environment = environment.filter { !$0.value.isEmpty }
        self.aliases = aliases
        self.file = file.map { ConfigurationFile(path: $0, example: example) }
    }

    /// Reads all settings, then makes sure that the file has no key that none of them asked for.
    /// - Throws: ``SettingsError``, or what `body` throws.
    package func read<Settings: Sendable>(
        _ body: (SettingsReader) async throws -> Settings
    ) async throws -> Settings {
        let reader = SettingsReader(ConfigReader(providers: try await self.providers()))
        let settings = try await body(reader)
        try self.file?.checkKeys(known: Set(reader.documentation.map(\.key)))
        return settings
    }

    private func providers() async throws(SettingsError) -> [any ConfigProvider] {
        var aliased: [String: String] = [:]
        for (variable, key) in self.aliases {
            // A variable that is not set leaves alone what another alias of the same key has.
            if let text = self.environment[variable] { aliased[key] = text }
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Self.values(self.flags)),
            EnvironmentVariablesProvider(environmentVariables: self.environment)
                .prefixKeys(with: ConfigKey([self.program])),
            InMemoryProvider(name: "aliases", values: Self.values(aliased)),
        ]
        if let file = self.file, try !file.isEmpty() {
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file.path)))
            } catch {
                throw SettingsError("The configuration file \(file.path) cannot be read: \(error)")
            }
        }
        return providers
    }

    private static func values(_ texts: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, text) in texts {
            values[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] = ConfigValue(
                .string(text),
                isSecret: false
            )
        }
        return values
    }
}
