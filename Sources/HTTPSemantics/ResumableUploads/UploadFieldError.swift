/// A header field of a resumable upload that cannot be accepted.
package struct UploadFieldError: Error, Hashable {
    /// What is wrong, which decides the status of the response.
    package enum Kind: Hashable, Sendable {
        /// Missing, repeated or not what its grammar allows: 400.
        case malformed
        /// The content has another media type than the method demands: 415.
        case mediaType
        /// Not a version of the protocol that is spoken here: 412.
        case version
        /// Two indications of the upload's length contradict each other: 400, problem type `inconsistent-upload-length`.
        case inconsistentLength
    }

    /// What is wrong.
    package var kind: Kind

    /// Which field it is and what is allowed, for people. Holds nothing that the client sent.
    package var message: String

    /// - Parameters:
    ///   - kind: what is wrong.
    ///   - message: for people.
    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
