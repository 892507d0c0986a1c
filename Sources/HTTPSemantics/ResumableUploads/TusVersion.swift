package import HTTPTypes

/// The version of tus that is spoken here.
package enum TusVersion {
    /// The version, as in `Tus-Resumable` and `Tus-Version`.
    package static let current = "1.0.0"

    /// Whether a request speaks tus at all, in whatever version.
    package static func isPresent(in fields: HTTPFields) -> Bool { fields.contains(.tusResumable) }

    /// Refuses a request in another version or without one (tus 1.0, "Tus-Resumable").
    ///
    /// - Throws: ``UploadFieldError/Kind/version``; the response carries ``TusFields/unsupportedVersion``.
    package static func check(_ fields: HTTPFields) throws(UploadFieldError) {
        guard fields[.tusResumable] == current else {
            throw UploadFieldError(.version, "Tus-Resumable must be \(current)")
        }
    }
}
