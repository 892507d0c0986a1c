/// Whether requests without credentials may do everything (`access.mode`).
package enum AccessMode: String, Hashable, Sendable, CaseIterable {
    /// They may while the service listens on loopback addresses only, and there is neither a key, nor was one ever, nor
    /// anything that signs tokens.
    case auto
    /// Never.
    case required
    /// Always: something in front of the service decides who may do what.
    case open
}
