package import MediaCore

/// What of the sandbox is in force in a worker; the worker says it before it sees the first untrusted byte.
package struct SandboxReport: Hashable, Sendable, Codable {
    /// The kernel's Landlock ABI that was used; nil when the kernel has none.
    package var landlockABI: Int?
    /// Whether the system-call filter is loaded.
    package var seccomp: Bool
    /// Whether set-user-id programs are out of reach (prctl(2), `PR_SET_NO_NEW_PRIVS`).
    package var noNewPrivileges: Bool
    /// The limit on virtual memory; nil when it could not be set.
    package var addressSpace: ByteCount?
    /// The user the worker runs as.
    package var userID: UInt32
    /// Threads that existed when the sandbox closed: 1, unless a library started some.
    package var threads: Int
    /// What is not in force, and why; empty when all is.
    package var missing: [String]
    /// Formats that the libraries at hand cannot write, e.g. AVIF without an encoder for AV1.
    package var unwritableFormats: [RenditionFormat] = []

    package init(
        landlockABI: Int? = nil,
        seccomp: Bool = false,
        noNewPrivileges: Bool = false,
        addressSpace: ByteCount? = nil,
        userID: UInt32 = 0,
        threads: Int = 0,
        missing: [String] = []
    ) {
        self.landlockABI = landlockABI
        self.seccomp = seccomp
        self.noNewPrivileges = noNewPrivileges
        self.addressSpace = addressSpace
        self.userID = userID
        self.threads = threads
        self.missing = missing
    }
}
