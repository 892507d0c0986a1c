package import MediaCore

/// What a request that brings bytes says, and how its body is received.
extension ResumableUploadService {
    /// One request that brings bytes.
    package struct Append: Sendable {
        /// The position of the body's first byte in the upload, as the client says.
        package var offset: ByteCount
        /// What the request says the whole upload's length is.
        package var length: ByteCount?
        /// `Content-Length`; nil when the body ends when it ends.
        package var bodyLength: ByteCount?
        /// A checksum comes with the request or behind it: its bytes count only when that is right.
        package var isVerified: Bool
        /// Whether the upload is done after this request.
        package var ending: Ending

        package init(
            offset: ByteCount,
            length: ByteCount?,
            bodyLength: ByteCount?,
            isVerified: Bool,
            ending: Ending
        ) {
            self.offset = offset
            self.length = length
            self.bodyLength = bodyLength
            self.isVerified = isVerified
            self.ending = ending
        }
    }

    /// How a request says that the upload is done.
    package enum Ending: Sendable, Hashable {
        /// When the offset has reached the length (tus).
        case atLength
        /// With this request (`Upload-Complete: ?1`).
        case now
        /// Not with this request (`Upload-Complete: ?0`).
        case later
    }

    /// What came of a request's body.
    package struct Body: Sendable {
        /// Why it did not come whole; nil when it did.
        package var failure: MediaError?
        /// The checksum that came with the bytes or behind them.
        package var checksum: Checksum?

        package init(failure: MediaError?, checksum: Checksum?) {
            self.failure = failure
            self.checksum = checksum
        }
    }

    /// What a request's bytes have to be verified with.
    package struct Checksum: Sendable {
        /// The algorithm that the client chose.
        package var algorithm: ChecksumAlgorithm
        /// The bytes of the checksum.
        package var value: [UInt8]

        package init(algorithm: ChecksumAlgorithm, value: [UInt8]) {
            self.algorithm = algorithm
            self.value = value
        }
    }

    /// Writes a body's bytes into the sink, at most `limit` of them, until the body ends or `interruption` tells it to end.
    package typealias BodySource =
        @Sendable (_ sink: any UploadAppend, _ limit: ByteCount, _ interruption: TransferInterruption) async -> Body
}
