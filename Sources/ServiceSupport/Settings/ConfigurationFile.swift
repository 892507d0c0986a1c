import Foundation
import Yams

/// Looks at a configuration file as a whole, which the settings' reader, asking key by key, cannot.
struct ConfigurationFile {
    /// Its path.
    let path: String
    /// The file that shows all keys, for messages: `config/mediad.yaml`.
    let example: String

    /// Finds keys that no setting reads: a misspelt key would otherwise be a default in disguise.
    ///
    /// - Parameter known: every key that was asked for.
    /// - Throws: ``SettingsError``, naming the first unknown key, or why the file is no YAML.
    func checkKeys(known: Set<String>) throws(SettingsError) {
        guard let mapping = try self.mapping() else { return }
        if let key = Self.firstUnknown(in: mapping, under: "", known: known) {
            throw SettingsError(
                "The configuration file \(self.path) has the key \(key), which does not exist. \(self.example) lists all keys."
            )
        }
    }

    /// True for a file without keys: empty, or with comments only. It sets nothing.
    /// - Throws: ``SettingsError`` when it is no YAML, or none with keys.
    func isEmpty() throws(SettingsError) -> Bool { try self.mapping() == nil }

    private func mapping() throws(SettingsError) -> Node.Mapping? {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(contentsOfFile: self.path, encoding: .utf8))
        } catch {
            throw SettingsError("The configuration file \(self.path) is not YAML: \(error)")
        }
        guard let root, root.scalar?.string != "" else { return nil }
        guard let mapping = root.mapping else {
            throw SettingsError(
                """
                The configuration file \(self.path) is a list or a single value; it must have keys, as \(self.example) has.
                """
            )
        }
        return mapping
    }

    private static func firstUnknown(in mapping: Node.Mapping, under prefix: String, known: Set<String>) -> String? {
        for (keyNode, value) in mapping {
            let key = prefix + (keyNode.string ?? "?")
            if let inner = value.mapping {
                if let unknown = Self.firstUnknown(in: inner, under: key + ".", known: known) { return unknown }
            } else if !known.contains(key) {
                return key
            }
        }
        return nil
    }
}
