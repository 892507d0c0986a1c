package import SystemPackage

/// Why an ISO base media file (MP4, QuickTime) cannot be used for what was asked.
package enum IsoMediaFault: Error, Hashable, Sendable {
    /// It contradicts itself, or ends before it says it does.
    case damaged(String)
    /// Sound as far as one can see, but made in a way that is not handled here.
    case unsupported(String)
    /// A track in a codec that is not handled here: the sample entry's name, e.g. `ap4h`.
    case unsupportedCodec(String)
    /// It would take more work or memory than a job may cost.
    case tooComplex(String)
    /// The file system failed.
    case unreadable(Errno)
}
