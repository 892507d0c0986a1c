import Foundation
import MediaCore
import Yams

/// Finds keys of a configuration file that no setting reads: a misspelt key would otherwise be a default in disguise.
enum UnknownKeys {
    /// - Parameter known: every key that was asked for.
    /// - Throws: ``MediaError`` `invalid_configuration`, naming the first unknown key, or why the file is no YAML.
    static func check(file: String, known: Set<String>) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(contentsOfFile: file, encoding: .utf8))
        } catch {
            throw MediaError(.invalidConfiguration, "The configuration file \(file) is not YAML: \(error)")
        }
        guard let root, let mapping = root.mapping else {
            throw MediaError(.invalidConfiguration, "The configuration file \(file) has no keys.")
        }
        if let key = Self.firstUnknown(in: mapping, under: "", known: known) {
            throw MediaError(
                .invalidConfiguration,
                "The configuration file \(file) has the key \(key), which does not exist. config/mediad.yaml lists all keys."
            )
        }
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
