package import Configuration
import Synchronization

/// Reads settings one by one, and stops at a value that is not allowed, naming the key, the value and what is allowed.
///
/// Everything is read as text first: a file's number and the environment's are then judged by the same rules.
package struct SettingsReader: Sendable {
    private let reader: ConfigReader
    private let asked = Asked()

    /// A reader of what the providers of `reader` have.
    package init(_ reader: ConfigReader) { self.reader = reader }

    /// The documentation of every setting that was asked for so far, whether it was set or not, in the order of asking.
    package var documentation: [SettingDocumentation] { self.asked.settings.withLock { $0 } }

    private final class Asked: Sendable {
        let settings = Mutex<[SettingDocumentation]>([])
    }

    /// The setting's value, or its default.
    /// - Throws: ``SettingsError``.
    package func read<Value>(_ setting: Setting<Value>) async throws(SettingsError) -> Value {
        try await self.readIfSet(setting) ?? setting.standard
    }

    /// The setting's value; nil when it is not set.
    /// - Throws: ``SettingsError``.
    package func readIfSet<Value>(_ setting: Setting<Value>) async throws(SettingsError) -> Value? {
        let key = setting.documentation.key
        self.asked.settings.withLock { settings in
            if !settings.contains(where: { $0.key == key }) { settings.append(setting.documentation) }
        }
        switch setting.form {
        case .single(let parse):
            guard let text = try await self.text(key) else { return nil }
            guard let value = parse(text) else { throw .invalid(key, text, setting.allowed) }
            return value
        case .list(let make):
            return try await self.list(key, allowed: setting.allowed).map(make)
        }
    }

    private func list(_ key: String, allowed: String) async throws(SettingsError) -> [String]? {
        do {
            return try await self.reader.fetchStringArray(forKey: ConfigKey(key))
        } catch {
            throw .invalid(key, try await self.text(key) ?? "?", allowed)
        }
    }

    private func text(_ key: String) async throws(SettingsError) -> String? {
        do {
            return try await self.reader.fetchString(forKey: ConfigKey(key))
        } catch {
            throw .invalid(key, "a list or a group", "a single value")
        }
    }
}

extension SettingsReader {
    /// Refuses what cannot stand in a URL and in the name of a folder or a setting.
    /// - Throws: ``SettingsError`` unless `name` has 1 to 64 lower-case letters, digits and hyphens and begins with a letter.
    package static func checkName(_ name: String, of key: String) throws(SettingsError) {
        let isAllowed = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard isAllowed, (1...64).contains(name.utf8.count), name.first?.isLetter == true else {
            throw .invalid(
                key,
                name,
                "made of lower-case letters, digits and -, beginning with a letter, at most 64 characters"
            )
        }
    }
}
