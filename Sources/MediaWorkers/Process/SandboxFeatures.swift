/// The parts of the sandbox that can be left out, so that tests prove each one alone.
package struct SandboxFeatures: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// File-system, network and signal rules by the kernel's Landlock module.
    package static let landlock = SandboxFeatures(rawValue: 1)
    /// The system-call filter.
    package static let seccomp = SandboxFeatures(rawValue: 2)

    /// Everything; what the daemon uses.
    package static let all: SandboxFeatures = [.landlock, .seccomp]
}
