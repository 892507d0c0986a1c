/// A certificate or its key cannot be used.
package struct CertificateError: Error, CustomStringConvertible {
    /// Names the setting, the file and what is wrong with it, for people.
    package var message: String
    /// The error below, where there is one.
    package var cause: (any Error)?

    /// The same as the message.
    package var description: String { self.message }
}
