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
    private let explain: @Sendable (_ key: String, _ known: Set<String>) -> String?

    /// - Parameters:
    ///   - program: begins the names of its variables: `http.port` of `mediad` is `MEDIAD_HTTP_PORT`.
    ///   - flags: keys that were given on the command line, and their values.
    ///   - environment: the variables of the process.
    ///   - aliases: further variables and the keys that they set, after the program's own.
    ///   - file: the path of a readable YAML file; nil for none.
    ///   - example: the file that shows all keys, for messages.
    ///   - explain: why a key of the file, or a variable, is not among the known ones, where more can be said than that it does
    ///     not exist.
    package init(
        program: String,
        flags: [String: String],
        environment: [String: String],
        aliases: [String: String],
        file: String?,
        example: String,
        explain: @escaping @Sendable (_ key: String, _ known: Set<String>) -> String? = { _, _ in nil }
    ) {
        self.program = program
        self.flags = flags
        // An empty variable is how compose files and units write "not set".
        self.environment = environment.filter { !$0.value.isEmpty }
        self.aliases = aliases
        self.file = file.map { ConfigurationFile(path: $0, example: example) }
        self.explain = explain
    }

    /// Reads all settings, then makes sure that neither the file nor the environment sets what none of them asked for: a misspelt
    /// key would otherwise be a default in disguise.
    /// - Throws: ``SettingsError`` with all mistakes, or what `body` throws.
    package func read<Settings: Sendable>(
        _ body: (SettingsReader) async throws -> Settings
    ) async throws -> Settings {
        let lines = try self.file?.lines()
        let places = SettingsPlaces(
            program: self.program,
            flags: Set(self.flags.keys),
            variables: Set(self.environment.keys),
            aliases: self.aliases,
            file: self.file.flatMap { file in lines.map { (file.path, $0) } }
        )
        let reader = SettingsReader(
            ConfigReader(providers: try await self.providers(withFile: lines != nil)),
            places: places
        )
        var settings: Settings?
        do {
            settings = try await body(reader)
            try self.checkKeys(lines ?? [:], places, reader)
        } catch let error as SettingsError {
            if reader.problems != error.problems { try reader.note(error) }
        }
        guard let settings, reader.problems.isEmpty else { throw SettingsError(reader.problems) }
        return settings
    }

    /// Finds keys of the file and variables that no setting reads.
    private func checkKeys(
        _ lines: [String: Int],
        _ places: SettingsPlaces,
        _ reader: SettingsReader
    ) throws(SettingsError) {
        let known = Set(reader.documentation.map(\.key))
        if let file = self.file {
            for (key, line) in lines.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) where !known.contains(key)
            {
                // A group where a setting has a single value was reported when that was read.
                let shown = SecretText.shown(key: key)
                let reason =
                    self.explain(key, known)
                    ?? "The configuration file has the key \(shown), which does not exist. \(file.example) lists all keys."
                try reader.note(SettingsError([file.problem(reason, line: line > 0 ? line : nil)]))
            }
        }
        for variable in places.unknownVariables(known: known, value: { self.environment[$0] }) {
            let reason =
                self.explain(variable, known)
                ?? "No setting has this name. The variable of a.keyOfTwo is \(places.variable(of: "a.keyOfTwo"))."
            try reader.note(SettingsError([.init(reason: reason, place: SecretText.shown(key: variable))]))
        }
    }

    private func providers(withFile: Bool) async throws(SettingsError) -> [any ConfigProvider] {
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
        if let file = self.file, withFile {
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file.path)))
            } catch {
                // Its own words may quote the file.
                let reason = "A value is of a form that no setting has: settings are single values and lists of them."
                throw SettingsError([file.problem(reason, line: nil)])
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
