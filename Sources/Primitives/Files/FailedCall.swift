package import SystemPackage

/// A system call that failed, for the log: the cause of an error that tells people what they can do.
package struct FailedCall: Error, Hashable, CustomStringConvertible {
    /// Which call it was, and on what where that tells more: "open", "access /usr/bin/mediad".
    package let operation: String
    /// The errno of the call.
    package let error: Errno

    package init(operation: String, error: Errno) {
        self.operation = operation
        self.error = error
    }

    package var description: String { "\(self.operation): \(self.error) (errno \(self.error.rawValue))" }
}
