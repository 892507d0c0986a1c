/// One setting, declared where it is read: its key, what it may be, its default, and what it means.
///
/// From this one declaration come the reading, the message about a value that is not allowed, and the documentation.
/// ```swift
/// self.port = try await reader.read(.integer("http.port", default: 8080, in: 0...65535, "0 takes a free one."))
/// ```
package struct Setting<Value: Sendable>: Sendable {
    /// How the value is written.
    enum Form: Sendable {
        /// A single value; nil for a text that is not allowed.
        case single(@Sendable (String) -> Value?)
        /// A list.
        case list(@Sendable ([String]) -> Value)
    }

    /// What people are told of it.
    package let documentation: SettingDocumentation
    /// What holds when it is not set.
    let standard: Value
    /// What is allowed, to complete "It must be".
    let allowed: String
    let form: Form
    /// Whether its value is a secret, which no message shows.
    private(set) var isSecret = false
    /// Whether a list may be written as a single text in a file too.
    private(set) var mayBeSingle = false

    init(
        _ documentation: SettingDocumentation,
        default standard: Value,
        allowed: String,
        form: Form
    ) {
        self.documentation = documentation
        self.standard = standard
        self.allowed = allowed
        self.form = form
    }

    /// The same list, which may also be one text: `audience: api`. Commas separate, as in the environment.
    package func orSingle() -> Self {
        var setting = self
        setting.mayBeSingle = true
        return setting
    }

    /// The same setting, whose value no message shows.
    package func keptSecret() -> Self {
        var setting = self
        setting.isSecret = true
        return setting
    }
}

/// What people are told of one setting.
package struct SettingDocumentation: Hashable, Sendable {
    /// The key, its parts separated by dots: `http.port`.
    package var key: String
    /// The type, its unit and its range: `Time, 100ms to 24h`.
    package var form: String
    /// What it is for, in sentences; may be empty where the key says it.
    package var meaning: String
    /// What holds when it is not set: `30s`, `empty`.
    package var standard: String

    /// The form, the meaning and the default, as the comment of a configuration file has them.
    package var text: String {
        [self.form + ".", self.meaning, "Default \(self.standard)."].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// The units and ranges that many settings share.
extension ClosedRange<Duration> {
    /// What most times may be set to: 100 milliseconds to a day.
    package static var anyTimeout: Self { .milliseconds(100) ... .seconds(86400) }
}
