/// A regular file of this machine that is open for reading: the descriptor, and what it was when it was opened.
///
/// One descriptor per response and per job: everything that is said of the file (size, version, bytes) comes from it, so a
/// replacement in the tree cannot mix generations. Whoever holds the object keeps the descriptor open.
package final class OpenFile: Sendable {
    /// The file descriptor; valid as long as this object lives.
    package let descriptor: Int32
    /// Which version of the file this is.
    package let identity: FileIdentity
    private let close: @Sendable (Int32) -> Void

    /// - Parameter close: closes the descriptor; called once, when the last holder releases it.
    package init(descriptor: Int32, identity: FileIdentity, close: @escaping @Sendable (Int32) -> Void) {
        self.descriptor = descriptor
        self.identity = identity
        self.close = close
    }

    deinit { self.close(self.descriptor) }
}
