import Foundation
import MediaCore
import Yams

/// Looks at a configuration file as a whole, which the settings' reader, asking key by key, cannot.
enum ConfigurationFile {
    /// Finds keys that no setting reads: a misspelt key would otherwise be a default in disguise.
    ///
    /// - Parameter known: every key that was asked for.
    /// - Throws: ``MediaError`` `invalid_configuration`, naming the first unknown key, or why the file is no YAML.
    static func checkKeys(file: String, known: Set<String>) throws {
        guard let mapping = try Self.mapping(of: file) else { return }
        if let key = Self.firstUnknown(in: mapping, under: "", known: known) {
            throw MediaError(
                .invalidConfiguration,
                "The configuration file \(file) has the key \(key), which does not exist. config/mediad.yaml lists all keys."
            )
        }
    }

    /// True for a file without keys: empty, or with comments only. It sets nothing.
    static func isEmpty(file: String) throws -> Bool { try Self.mapping(of: file) == nil }

    private static func mapping(of file: String) throws -> Node.Mapping? {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(contentsOfFile: file, encoding: .utf8))
        } catch {
            throw MediaError(.invalidConfiguration, "The configuration file \(file) is not YAML: \(error)")
        }
        guard let root, root.scalar?.string != "" else { return nil }
        guard let mapping = root.mapping else {
            throw MediaError(
                .invalidConfiguration,
                "The configuration file \(file) is a list or a single value; it must have keys, as config/mediad.yaml has."
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
