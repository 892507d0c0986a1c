import Foundation
import Yams

/// Looks at a configuration file as a whole, which the settings' reader, asking key by key, cannot.
struct ConfigurationFile {
    /// Its path.
    let path: String
    /// The file that shows all keys, for messages: `config/mediad.yaml`.
    let example: String

    /// Keys that have a value, and the line of each, from 1.
    ///
    /// - Returns: nil for a file without keys: empty, or with comments only. It sets nothing.
    /// - Throws: ``SettingsError`` when it is no YAML, or none with keys. Its text is never part of the message: it holds
    ///   passwords.
    func lines() throws(SettingsError) -> [String: Int]? {
        guard let mapping = try self.mapping() else { return nil }
        var lines: [String: Int] = [:]
        var problems: [SettingsError.Problem] = []
        self.collect(mapping, under: "", into: &lines, &problems)
        guard problems.isEmpty else { throw SettingsError(problems) }
        return lines
    }

    /// An error for a mistake in a line of the file.
    func problem(_ reason: String, line: Int?) -> SettingsError.Problem {
        SettingsError.Problem(reason: reason, place: line.map { "\(self.path), line \($0)" } ?? self.path)
    }

    private func mapping() throws(SettingsError) -> Node.Mapping? {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(contentsOfFile: self.path, encoding: .utf8))
        } catch let error as YamlError {
            throw SettingsError([self.problem("The file is not YAML: \(error.reason)", line: error.line)])
        } catch {
            throw SettingsError(
                [self.problem("The file cannot be read: it is no text in UTF-8, or may not be read.", line: nil)]
            )
        }
        guard let root, root.scalar?.string != "" else { return nil }
        guard let mapping = root.mapping else {
            throw SettingsError([
                self.problem(
                    "The file is a list or a single value; it must have keys, as \(self.example) has.",
                    line: nil
                )
            ])
        }
        return mapping
    }

    private func collect(
        _ mapping: Node.Mapping,
        under prefix: String,
        into lines: inout [String: Int],
        _ problems: inout [SettingsError.Problem]
    ) {
        for (keyNode, value) in mapping {
            let line = keyNode.mark?.line
            guard let name = keyNode.string else {
                problems.append(self.problem("A list or a group stands where a key should be.", line: line))
                continue
            }
            let key = prefix + name
            if let inner = value.mapping {
                self.collect(inner, under: key + ".", into: &lines, &problems)
            } else if let list = value.sequence, list.contains(where: { $0.scalar == nil }) {
                let reason =
                    "The list \(SecretText.shown(key: key)) has lists or groups in it; it must have single values."
                problems.append(self.problem(reason, line: line))
            } else {
                lines[key] = line ?? 0
            }
        }
    }
}

extension YamlError {
    /// What is wrong, in the parser's words, which hold nothing of the text. ``description`` quotes it.
    fileprivate var reason: String {
        switch self {
        case .scanner(let context, let problem, _, _), .parser(let context, let problem, _, _),
            .composer(let context, let problem, _, _):
            [context?.text, problem].compactMap(\.self).joined(separator: ", ") + "."
        case .reader(let problem, _, _, _): "\(problem)."
        case .duplicatedKeysInMapping(let keys, _):
            "it has the same key twice: \(keys.sorted().map { SecretText.shown(key: $0) }.joined(separator: ", "))."
        case .dataCouldNotBeDecoded: "it is no text in UTF-8."
        case .no, .memory, .writer, .emitter, .representer: "it cannot be parsed."
        }
    }

    /// From 1.
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        case .reader(_, let offset, _, let yaml):
            offset.map { offset in yaml.prefix(offset).count { $0.isNewline } + 1 }
        default: nil
        }
    }
}
