extension Setting where Value == String {
    /// Any text.
    package static func text(_ key: String, default standard: String, _ meaning: String) -> Setting {
        Setting(
            SettingDocumentation(
                key: key,
                form: "Text",
                meaning: meaning,
                standard: standard.isEmpty ? "empty" : standard
            ),
            default: standard,
            allowed: "a text",
            form: .single { $0 }
        )
    }
}

extension Setting where Value == String? {
    /// A text that need not be there; an empty one counts as not set.
    package static func optionalText(_ key: String, default standard: String = "empty", _ meaning: String) -> Setting {
        Setting(
            SettingDocumentation(key: key, form: "Text", meaning: meaning, standard: standard),
            default: nil,
            allowed: "a text",
            form: .single { .some($0.isEmpty ? nil : $0) }
        )
    }
}

extension Setting where Value == Bool {
    /// `true` or `false`; `yes`, `on`, `1` and `no`, `off`, `0` are understood too.
    package static func bool(_ key: String, default standard: Bool, _ meaning: String) -> Setting {
        Setting(
            SettingDocumentation(key: key, form: "true or false", meaning: meaning, standard: "\(standard)"),
            default: standard,
            allowed: "true or false",
            form: .single { text in
                switch text.lowercased() {
                case "true", "yes", "on", "1": true
                case "false", "no", "off", "0": false
                default: nil
                }
            }
        )
    }
}

extension Setting where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of several words.
    /// - Parameter form: the words with what each stands for, where the meaning is told best with them.
    package static func choice(
        _ key: String,
        default standard: Value,
        form: String? = nil,
        _ meaning: String
    ) -> Setting {
        let words = Value.allCases.map(\.rawValue)
        return Setting(
            SettingDocumentation(
                key: key,
                form: form ?? Self.alternatives(words),
                meaning: meaning,
                standard: standard.rawValue
            ),
            default: standard,
            allowed: "one of \(words.joined(separator: ", "))",
            form: .single { Value(rawValue: $0) }
        )
    }

    /// `a, b or c`.
    private static func alternatives(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}

extension Setting where Value == [String] {
    /// A list of texts: a YAML sequence, or a text with commas in the environment.
    /// - Parameters:
    ///   - form: what it is a list of: `List of origins`.
    ///   - standardText: the default in words, where the list itself says less.
    package static func list(
        _ key: String,
        default standard: [String],
        form: String,
        standardText: String? = nil,
        _ meaning: String
    ) -> Setting {
        Setting(
            SettingDocumentation(
                key: key,
                form: form,
                meaning: meaning,
                standard: standardText ?? (standard.isEmpty ? "empty" : standard.joined(separator: ", "))
            ),
            default: standard,
            allowed: "a list, e.g. [a, b]",
            form: .list { $0 }
        )
    }
}
