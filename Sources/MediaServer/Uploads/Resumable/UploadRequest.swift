import Access
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine
import NIOCore

/// One request to a resumable upload: who sends it, how to respond, and how to get at its body.
struct UploadRequest: Sendable {
    let head: HTTPRequest
    let channel: any Channel
    let client: ResumableUploadService.Client
    let origin: RequestOrigin
    /// Who sends it; nil where nobody asks: OPTIONS.
    let asker: RequestAccess?
    private let hasRelativeLocations: Bool
    private let pace: ReceptionPace

    init(_ request: Request, _ context: MediaRequestContext, settings: UploadEndpoint.Settings) {
        self.head = request.head
        self.channel = context.channel
        self.asker = context.access
        self.pace = settings.pace
        self.hasRelativeLocations = settings.hasRelativeLocations
        let peer = IPAddress(peer: context.channel.remoteAddress)
        self.origin = RequestOrigin(
            fields: request.headers,
            authority: request.head.authority,
            peer: peer,
            isTrusted: { settings.trustedProxies.contains($0) },
            isSecure: request.head.scheme == "https"
        )
        let isTrusted = peer.map { settings.trustedProxies.contains($0) } ?? false
        // Who has said who it is needs nobody to say it. With OPTIONS nobody is asked.
        let principal = (context.access?.principalOfUpload() ?? .anonymous).acting(
            for: isTrusted ? settings.clientField.flatMap { request.headers[$0] } : nil
        )
        self.client = .init(
            key: principal.subject.map { "name:\($0)" } ?? "address:\(self.origin.clientNetwork)",
            principal: principal
        )
    }

    /// Whom a file belongs to that the request brings.
    var owner: String? { self.client.principal.subject }

    /// The grant that it comes with.
    var grant: UploadGrant? { self.client.principal.grant }

    /// Asks what the request may bring to this place; see ``RequestAccess/upload(to:name:)``.
    func conditions(ofUploadTo collection: String?, name: String?) throws(MediaError) -> UploadConditions {
        guard let asker else { throw MediaError(.internalError, "Nobody found out who makes this request.") }
        return try asker.upload(to: collection, name: name)
    }

    var fields: HTTPFields { self.head.headerFields }

    /// `Content-Length`; nil for a chunked body, 0 without a body at all.
    var bodyLength: ByteCount? {
        if let length = self.fields[.contentLength] { return Int64(length).map { ByteCount(bytes: $0) } }
        return self.fields[.transferEncoding] == nil ? ByteCount(bytes: 0) : nil
    }

    func location(of id: UploadID) -> String {
        let path = UploadPath.path(of: id)
        return self.hasRelativeLocations ? path : self.origin.url(ofPath: path)
    }

    /// The body as the engine takes it.
    ///
    /// - Parameters:
    ///   - checksum: what the header asks the bytes to be verified with.
    ///   - trailer: whether one may come behind the body.
    ///   - progress: the fields of a 104 that tells a durable offset.
    func body(
        checksum: ResumableUploadService.Checksum?,
        trailer: ChecksumTrailer,
        progress: (@Sendable (Int64) -> HTTPFields)? = nil
    ) -> ResumableUploadService.BodySource {
        { sink, limit, interruption in
            let received = await self.channel.receiveBody(
                into: sink,
                limit: limit,
                pace: self.pace,
                interruption: interruption,
                progress: progress.map { Self.steps(of: sink, $0) }
            )
            var body = ResumableUploadService.Body(failure: received.failure, checksum: checksum)
            guard trailer != .none, body.failure == nil else { return body }
            do throws(MediaError) {
                if let trailing = try Self.trailingChecksum(received.trailers) { body.checksum = trailing }
                if trailer == .announced, body.checksum == nil {
                    throw MediaError(
                        .invalidRequest,
                        "The Upload-Checksum that was announced did not come behind the body."
                    )
                }
            } catch {
                body.failure = error
            }
            return body
        }
    }

    /// Whether a checksum comes behind a body.
    enum ChecksumTrailer {
        /// Not in this protocol.
        case none
        case possible
        /// The header says so: without it the bytes do not count.
        case announced
    }

    private static func steps(
        of sink: any UploadAppend,
        _ fields: @escaping @Sendable (Int64) -> HTTPFields
    ) -> @Sendable () -> HTTPFields? {
        let reported = HighWaterMark(sink.durableOffset.bytes)
        return {
            let offset = sink.durableOffset.bytes
            return reported.raise(to: offset) ? fields(offset) : nil
        }
    }

    private static func trailingChecksum(
        _ fields: HTTPFields
    ) throws(MediaError) -> ResumableUploadService.Checksum? {
        do {
            guard let checksum = try UploadChecksum(in: fields) else { return nil }
            return try .init(checksum)
        } catch let error as UploadFieldError {
            throw error.mediaError
        } catch {
            throw MediaError(.invalidRequest, "The checksum behind the body cannot be read.", cause: error)
        }
    }
}

extension ResumableUploadService.Checksum {
    /// - Throws: `invalid_request` for an algorithm that is not known here, or a value of the wrong length.
    init(_ checksum: UploadChecksum) throws(MediaError) {
        guard let algorithm = ChecksumAlgorithm(rawValue: checksum.algorithm) else {
            let known = ChecksumAlgorithm.allCases.map(\.rawValue)
            throw MediaError(
                .invalidRequest,
                "The checksum algorithm \(checksum.algorithm) is not known here. Use one of \(known.joined(separator: ", ")).",
                details: ["allowed": .texts(known)]
            )
        }
        guard checksum.value.count == algorithm.lengthBytes else {
            throw MediaError(
                .invalidRequest,
                "A \(algorithm.rawValue) checksum has \(algorithm.lengthBytes) bytes, not \(checksum.value.count)."
            )
        }
        self.init(algorithm: algorithm, value: checksum.value)
    }
}
