/// The record of one resumable upload: what was announced, what became of it. Its bytes are an ``UploadFile``.
package struct Upload: Hashable, Sendable {
    /// The identifier, which is part of the upload's URL.
    package var id: UploadID
    /// The protocol that made it.
    package var transport: Transport
    /// Whether it becomes a file, is a part of a concatenation, or is one.
    package var kind: Kind
    /// Bytes of the whole; nil until the client has said.
    package var length: ByteCount?
    /// Staging bytes that this upload is counted with: its length, or what a deferred one has received so far.
    package var reserved: ByteCount
    /// Where the file is to go.
    package var target: Target
    /// What the client sent as `Upload-Metadata` (tus), to be echoed.
    package var metadata: String?
    /// What the client sent as `Upload-Concat` (tus), to be echoed.
    package var concatenation: String?
    /// What the whole must hash to (`Repr-Digest`, RFC 9530).
    package var expectedDigest: Digest?
    /// Whom the quota counts it for: a name from a trusted proxy, else an address.
    package var client: String
    /// Whose it is: the subject of a token or a grant, or the name from a trusted proxy. Nobody else may use the upload. Nil: whoever
    /// knows the identifier may, unless ``beganWith`` says otherwise.
    package var owner: String?
    /// The key or the grant that it was begun with, in words of the catalog's; nil where there was neither.
    package var beganWith: String?
    /// What it may become.
    package var conditions: UploadConditions
    /// The step that the upload has reached.
    package var state: State
    /// Once complete: the file it became. Nil for partial ones.
    package var fileID: MediaID?
    /// Once failed: why.
    package var problem: Problem?
    /// When the upload was made.
    package var createdAt: Timestamp
    /// Last change of this record; ended uploads are remembered for a while from here.
    package var updatedAt: Timestamp
    /// When an unfinished upload ends unless more bytes come. The bytes on disk may say later: the record is not written for
    /// each request.
    package var expiresAt: Timestamp

    /// A new upload in the state ``State/receiving``; no bytes are reserved while the length is nil.
    package init(
        id: UploadID,
        transport: Transport,
        kind: Kind = .whole,
        length: ByteCount?,
        target: Target,
        metadata: String? = nil,
        concatenation: String? = nil,
        expectedDigest: Digest? = nil,
        client: String,
        owner: String? = nil,
        beganWith: String? = nil,
        conditions: UploadConditions = .none,
        createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.transport = transport
        self.kind = kind
        self.length = length
        self.reserved = length ?? ByteCount(bytes: 0)
        self.target = target
        self.metadata = metadata
        self.concatenation = concatenation
        self.expectedDigest = expectedDigest
        self.client = client
        self.owner = owner
        self.beganWith = beganWith
        self.conditions = conditions
        self.state = .receiving
        self.fileID = nil
        self.problem = nil
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.expiresAt = expiresAt
    }

    /// The protocol that an upload was made with; the raw value is in the catalog.
    package enum Transport: String, Hashable, Sendable, Codable, CaseIterable {
        /// tus 1.0.
        case tus
        /// Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload).
        case resumableHTTP = "http"
    }

    /// What becomes of an upload's bytes.
    package enum Kind: Hashable, Sendable {
        /// Becomes a file.
        case whole
        /// A part of a later concatenation; never becomes a file by itself.
        case partial
        /// The concatenation of these, in this order; one may come more than once.
        case final(parts: [UploadID])
    }

    /// Where an upload is on its way; the raw value is in the catalog and in the records that clients see.
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Bytes may come. A partial upload stays here when it has all.
        case receiving
        /// All bytes are there: being concatenated, inspected, committed.
        case processing
        /// The file is in the tree and in the catalog.
        case complete
        /// The bytes are there, but cannot become a file as things are; see ``Upload/problem``. May be tried again.
        case failed
        /// Ended by the client, or invalid for good; the bytes are gone.
        case terminated
        /// Ended because no byte came for too long; the bytes are gone.
        case expired

        /// States in which the bytes are kept in the staging area.
        package static let open: Set<State> = [.receiving, .processing, .failed]
    }

    /// Where the file is to go.
    package struct Target: Hashable, Sendable, Codable {
        /// The name of the collection; nil when the client named none.
        package var collection: String?
        /// The name in the collection; nil when the client gave none.
        package var name: String?
        /// What the client calls the file; for people only.
        package var filename: String?
        /// What the client takes the type to be; a hint that nothing relies on.
        package var filetype: String?
        /// Whether the file may take the place of an existing one of the same name.
        package var replace: Bool

        /// A target; nil stands for what the client did not say.
        package init(
            collection: String? = nil,
            name: String? = nil,
            filename: String? = nil,
            filetype: String? = nil,
            replace: Bool = false
        ) {
            self.collection = collection
            self.name = name
            self.filename = filename
            self.filetype = filetype
            self.replace = replace
        }
    }

    /// Why an upload failed, as it is kept: a ``MediaError`` without its cause.
    package struct Problem: Hashable, Sendable, Codable {
        /// The stable code of the error.
        package var code: String
        /// For people.
        package var message: String
        /// Further members of the problem details.
        package var details: [String: MediaError.Detail]

        /// - Parameter code: of a ``MediaError``; a newer daemon may have written one that is not known here.
        package init(code: String, message: String, details: [String: MediaError.Detail]) {
            self.code = code
            self.message = message
            self.details = details
        }

        /// Keeps an error.
        package init(_ error: MediaError) {
            self.init(code: error.code.rawValue, message: error.message, details: error.details)
        }

        /// The error again; `internal_error` for a code that is not known here.
        package var error: MediaError {
            MediaError(
                .init(rawValue: self.code) ?? .internalError,
                self.message,
                details: self.details,
                cause: Kept()
            )
        }

        /// The cause of an error that is told again: it was logged when it came.
        package struct Kept: Error {}
    }
}
