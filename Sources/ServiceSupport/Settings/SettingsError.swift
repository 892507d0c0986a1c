/// A setting that is not allowed, or a configuration file that cannot be used.
package struct SettingsError: Error, Hashable, Sendable {
    /// Which setting, what it is and what is allowed; one sentence or two, for the person who wrote it.
    package let message: String

    /// An error with this text.
    package init(_ message: String) { self.message = message }

    /// `value` is not allowed for the setting `key`.
    /// - Parameter allowed: what is, to complete "It must be".
    package static func invalid(_ key: String, _ value: String, _ allowed: String) -> SettingsError {
        SettingsError("The setting \(key) is \"\(value)\", which is not allowed. It must be \(allowed).")
    }
}
