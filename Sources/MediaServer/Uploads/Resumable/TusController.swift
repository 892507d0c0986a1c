import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// tus 1.0 with all its extensions, in terms of the engine.
struct TusController: Sendable {
    let uploads: ResumableUploadService

    // MARK: Creation

    func create(_ request: UploadRequest) async throws -> Response {
        do {
            try TusVersion.check(request.fields)
        } catch {
            throw FieldedError(error.mediaError, TusFields.unsupportedVersion)
        }
        let fields = try TusCreation(request.fields)
        let isPartial = fields.concatenation == .partial
        var creation = ResumableUploadService.Creation(
            transport: .tus,
            isPartial: isPartial,
            length: fields.length.map { ByteCount(bytes: $0) },
            target: try Self.target(fields.metadata).completed(by: request.grant),
            metadata: fields.metadata?.text,
            concatenation: fields.concatenationText
        )
        UploadAccount.current?.note(
            collection: creation.target.collection,
            name: creation.target.name,
            size: creation.length
        )
        creation.conditions = try request.conditions(
            ofUploadTo: isPartial ? nil : creation.target.collection ?? self.uploads.defaultCollection,
            name: creation.target.name
        )
        if case .final(let urls) = fields.concatenation {
            return try await self.concatenate(urls, creation, fields, request)
        }
        // Before anything is made, and before the client is told to go on.
        let checksum = try fields.checksum.map { try ResumableUploadService.Checksum($0) }
        let status = try await self.uploads.create(creation, for: request.client)
        UploadAccount.current?.note(upload: status.upload.id)
        let location = request.location(of: status.upload.id)
        // An upload that was there goes on where it is; what comes with this request begins elsewhere.
        if status.isRepeated, status.upload.state != .receiving || status.offset?.bytes != 0 {
            return Self.created(status, location, offset: status.offset)
        }
        guard fields.hasBody else { return Self.created(status, location, offset: nil) }
        do {
            let appended = try await self.uploads.append(
                .init(
                    offset: ByteCount(bytes: 0),
                    length: nil,
                    bodyLength: request.bodyLength,
                    isVerified: checksum != nil || fields.announcesChecksumTrailer,
                    ending: .atLength
                ),
                to: status.upload.id,
                for: request.client,
                body: request.body(
                    checksum: checksum,
                    trailer: fields.announcesChecksumTrailer ? .announced : .possible
                )
            )
            try Self.checkNotFailed(appended)
            return Self.created(appended, location, offset: appended.offset)
        } catch let error as FieldedError {
            throw FieldedError(error.error, [.location: location])
        } catch let error as MediaError {
            // The upload is there and keeps what came; with its URL the client can go on.
            throw FieldedError(error, [.location: location])
        }
    }

    private func concatenate(
        _ urls: [String],
        _ creation: ResumableUploadService.Creation,
        _ fields: TusCreation,
        _ request: UploadRequest
    ) async throws -> Response {
        guard !fields.hasBody || request.bodyLength?.bytes == 0 else {
            throw MediaError(.uploadFinal, "A concatenation consists of its parts; it takes no bytes of its own.")
        }
        var parts: [UploadID] = []
        for url in urls {
            let path = UploadReference.path(
                of: url,
                base: Routes.uploads.pattern.path(),
                authority: request.origin.authority
            )
            guard let id = path.flatMap(UploadPath.id) else {
                throw MediaError(.unusablePart, "\"\(url.prefix(200))\" is no upload of this server.")
            }
            parts.append(id)
        }
        let status = try await self.uploads.concatenate(parts, as: creation, for: request.client)
        let location = request.location(of: status.upload.id)
        try Self.checkNotFailed(status, [.location: location])
        return Self.created(status, location, offset: status.offset)
    }

    private static func created(
        _ status: ResumableUploadService.Status,
        _ location: String,
        offset: ByteCount?
    ) -> Response {
        let fields = TusFields.acknowledgement(
            location: location,
            offset: offset?.bytes,
            expires: status.expiresAt?.seconds
        )
        return Response(status: .created, headers: fields)
    }

    private static func target(_ metadata: UploadMetadata?) throws -> Upload.Target {
        guard let metadata else { return .init() }
        let filename = try metadata.string("filename") ?? metadata.string("name")
        return Upload.Target(
            collection: try metadata.string("collection"),
            name: try metadata.string("name"),
            filename: filename.flatMap(ContentDisposition.baseName),
            filetype: try metadata.string("filetype"),
            replace: try UploadForm.flag(metadata.string("replace"), named: "replace")
        )
    }

    // MARK: An upload

    func append(to id: UploadID, _ request: UploadRequest) async throws -> Response {
        let fields = try TusAppend(request.fields)
        let checksum = try fields.checksum.map { try ResumableUploadService.Checksum($0) }
        do {
            let status = try await self.uploads.append(
                .init(
                    offset: ByteCount(bytes: fields.offset),
                    length: fields.length.map { ByteCount(bytes: $0) },
                    bodyLength: request.bodyLength,
                    isVerified: checksum != nil || fields.announcesChecksumTrailer,
                    ending: .atLength
                ),
                to: id,
                for: request.client,
                body: request.body(
                    checksum: checksum,
                    trailer: fields.announcesChecksumTrailer ? .announced : .possible
                )
            )
            try Self.checkNotFailed(status)
            let headers = TusFields.acknowledgement(
                offset: status.offset?.bytes,
                expires: status.expiresAt?.seconds
            )
            return Response(status: .noContent, headers: headers)
        } catch let error as MediaError {
            // Empty but for a client that is wrong about the offset.
            throw FieldedError(error, HTTPFields(mismatch: error))
        }
    }

    /// - Parameter fields: of the refusal.
    /// - Throws: why the upload failed. Clients know no other end of an upload than an offset at its length, and a status.
    static func checkNotFailed(
        _ status: ResumableUploadService.Status,
        _ fields: HTTPFields = [:]
    ) throws(FieldedError) {
        guard let problem = status.upload.problem else { return }
        throw FieldedError(problem.error, fields)
    }

    /// The fields of HEAD and GET. A failed upload tells no offset: it would be that of a complete one.
    static func fields(of status: ResumableUploadService.Status) -> HTTPFields {
        let upload = status.upload
        return TusFields.status(
            offset: upload.problem == nil ? status.offset?.bytes : nil,
            length: upload.length?.bytes,
            metadata: upload.metadata,
            concatenation: upload.concatenation,
            expires: status.expiresAt?.seconds
        )
    }
}

extension HTTPFields {
    /// Where the upload is, for a client that was wrong about it.
    init(mismatch error: MediaError) {
        self.init()
        self[.uploadOffset] = error.expectedOffset.map { "\($0)" }
    }
}
