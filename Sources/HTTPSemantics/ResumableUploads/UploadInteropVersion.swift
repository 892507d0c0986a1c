/// The iterations of the draft "Resumable Uploads for HTTP" (draft-ietf-httpbis-resumable-upload) that are spoken here, by
/// the number in `Upload-Draft-Interop-Version`.
package enum UploadInteropVersion: Int, CaseIterable, Comparable, Hashable, Sendable {
    /// Draft -01: `Upload-Incomplete`.
    case v3 = 3
    /// Draft -03: `Upload-Complete`.
    case v5 = 5
    /// Drafts -04 and -05: `application/partial-upload`, `Upload-Limit`.
    case v6 = 6
    /// Drafts -06 to -08: limit `max-age`.
    case v7 = 7
    /// Drafts -09 to -12.
    case v8 = 8

    /// The version that a field value names; nil for every other one, and for what is no Integer.
    package init?(parsing text: String) {
        guard let number = StructuredField.integer(text),
            let version = Int(exactly: number).flatMap(Self.init(rawValue:))
        else { return nil }
        self = version
    }

    /// Older before newer.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
