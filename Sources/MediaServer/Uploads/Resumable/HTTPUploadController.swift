import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload), interop versions 3, 5, 6, 7 and 8, in terms of the engine.
struct HTTPUploadController: Sendable {
    let uploads: ResumableUploadService
    let files: FileService
    let renditions: RenditionService

    /// What clients are told to keep to.
    ///
    /// - Parameters:
    ///   - collection: where the upload goes; nil when that is not known.
    ///   - status: how it stands; nil for one that is about to be made.
    func limits(in collection: String?, _ status: ResumableUploadService.Status? = nil) -> UploadLimits {
        UploadLimits(
            maximumSize: self.uploads.maximumSize(in: collection).bytes,
            // Cut off: who comes within the second that is left out is late.
            maximumAge: self.uploads.remainingLifetime(of: status)?.components.seconds
        )
    }

    /// Those of an upload that is there; of one that is not there, or is not this client's, those of one about to be made.
    func limits(of id: UploadID, for client: ResumableUploadService.Client) async -> UploadLimits {
        let status = try? await self.uploads.status(of: id, for: client)
        return self.limits(in: status?.upload.target.collection, status)
    }

    // MARK: Creation

    /// Takes the first bytes of an upload, or all of them.
    func create(_ request: UploadRequest, _ fields: HTTPUploadFields, form: UploadForm) async throws -> Response {
        UploadAccount.current?.note(collection: form.collection, name: form.name, size: request.bodyLength)
        let status: ResumableUploadService.Status
        do {
            status = try await self.make(request, fields, form: form)
        } catch let error as UploadFieldError {
            throw Self.refusal(error.mediaError, fields.version, self.limits(in: form.collection))
        } catch let error as MediaError {
            throw Self.refusal(error, fields.version, self.limits(in: form.collection))
        }
        UploadAccount.current?.note(upload: status.upload.id)
        let location = request.location(of: status.upload.id)
        if fields.version != nil {
            let interim = HTTPUploadResponse.interim(
                version: fields.version,
                location: location,
                limits: self.limits(in: form.collection, status)
            )
            await request.channel.sendInterim(.uploadResumptionSupported, interim)
        }
        do {
            if status.isRepeated, status.upload.state != .receiving || status.offset?.bytes != 0 {
                return try await self.repeated(status, request, fields, location)
            }
            return try await self.append(to: status.upload.id, at: 0, request, fields, form.collection, location)
        } catch let error as FieldedError {
            var error = error
            error.protocolFields[.location] = location
            throw error
        }
    }

    /// The response to a creation that has found an upload with bytes: those of this request begin elsewhere. It says where the upload
    /// is, which is not complete, or what became of it.
    private func repeated(
        _ status: ResumableUploadService.Status,
        _ request: UploadRequest,
        _ fields: HTTPUploadFields,
        _ location: String
    ) async throws -> Response {
        guard status.upload.state == .receiving else {
            return try await self.finished(status.upload.id, request, fields)
        }
        var headers = HTTPUploadResponse.fields(
            version: fields.version,
            offset: status.offset?.bytes,
            isComplete: false,
            limits: self.limits(in: status.upload.target.collection, status)
        )
        headers[.location] = location
        return Response(status: .created, headers: headers)
    }

    private func make(
        _ request: UploadRequest,
        _ fields: HTTPUploadFields,
        form: UploadForm
    ) async throws -> ResumableUploadService.Status {
        if let error = fields.digestError { throw error }
        let length = try fields.length(at: 0, contentLength: request.bodyLength?.bytes)
        return try await self.uploads.create(
            .init(
                transport: .resumableHTTP,
                length: length.map { ByteCount(bytes: $0) },
                target: .init(
                    collection: form.collection,
                    name: form.name,
                    filename: form.originalFilename,
                    filetype: request.fields[.contentType],
                    replace: form.replace
                ),
                expectedDigest: fields.reprDigestSHA256.flatMap { Digest(bytes: $0) },
                conditions: try request.conditions(
                    ofUploadTo: form.collection ?? self.uploads.defaultCollection,
                    name: form.name
                )
            ),
            for: request.client
        )
    }

    // MARK: An upload

    func append(to id: UploadID, _ request: UploadRequest, _ fields: HTTPUploadFields) async throws -> Response {
        try fields.checkAppend(request.fields)
        if let error = fields.digestError { throw error }
        // Before its bytes: an upload that gets too many of them is gone.
        let collection = await self.uploads.collection(of: id, for: request.client)
        return try await self.append(to: id, at: fields.offset ?? 0, request, fields, collection, nil)
    }

    private func append(
        to id: UploadID,
        at offset: Int64,
        _ request: UploadRequest,
        _ fields: HTTPUploadFields,
        _ collection: String?,
        _ location: String?
    ) async throws -> Response {
        let version = fields.version
        var progress: (@Sendable (Int64) -> HTTPFields)?
        if let version { progress = { HTTPUploadResponse.progress(version: version, offset: $0) } }
        let status: ResumableUploadService.Status
        do {
            let length = try fields.length(at: offset, contentLength: request.bodyLength?.bytes)
            status = try await self.uploads.append(
                .init(
                    offset: ByteCount(bytes: offset),
                    length: length.map { ByteCount(bytes: $0) },
                    bodyLength: request.bodyLength,
                    isVerified: fields.contentDigest != nil,
                    ending: fields.isComplete ? .now : .later
                ),
                to: id,
                for: request.client,
                body: request.body(
                    checksum: fields.contentDigest.map { .init($0) },
                    trailer: .none,
                    progress: progress
                )
            )
        } catch let error as UploadFieldError {
            throw Self.refusal(error.mediaError, version, self.limits(in: collection))
        } catch let error as MediaError {
            throw Self.refusal(error, version, await self.limits(after: error, of: id, request, in: collection))
        }
        guard fields.isComplete else {
            var headers = HTTPUploadResponse.fields(
                version: version,
                offset: status.offset?.bytes,
                isComplete: false,
                limits: self.limits(in: collection, status)
            )
            headers[.location] = location
            return Response(status: location == nil ? .noContent : .created, headers: headers)
        }
        return try await self.finished(id, request, fields)
    }

    /// The response to the request that completed the upload: what a plain upload would have got.
    private func finished(
        _ id: UploadID,
        _ request: UploadRequest,
        _ fields: HTTPUploadFields
    ) async throws -> Response {
        let status: ResumableUploadService.Status
        do throws(MediaError) {
            status = try await self.uploads.result(of: id, for: request.client)
        } catch {
            throw FieldedError(error, HTTPUploadResponse.fields(version: fields.version, offset: nil, isComplete: true))
        }
        var headers = HTTPUploadResponse.fields(
            version: fields.version,
            offset: status.offset?.bytes,
            isComplete: true
        )
        if let error = status.upload.problem?.error {
            throw FieldedError(error, headers, status: Self.status(of: error))
        }
        guard let file = try await self.file(of: status) else {
            // What passes stands in the way of the catalog or the tree; it is tried again without the client.
            var waiting = try JSON.response(UploadStatusRecord(status, file: nil), status: .accepted)
            headers[.location] = request.location(of: id)
            for field in headers { waiting.headers[field.name] = field.value }
            return waiting
        }
        let record = FileRecord(file, presets: self.renditions.presets(of: file))
        var response = try JSON.response(FileList(files: [record]), status: .created)
        headers[.location] = Routes.record.pattern.path("\(file.id)")
        if fields.wantsReprDigest { headers[.reprDigest] = DigestFields.value(sha256: file.version.digest.bytes) }
        for field in headers { response.headers[field.name] = field.value }
        return response
    }

    /// Those that a refusal tells; an upload that ended with it has no lifetime any more.
    private func limits(
        after error: MediaError,
        of id: UploadID,
        _ request: UploadRequest,
        in collection: String?
    ) async -> UploadLimits {
        var limits = self.limits(in: collection)
        guard ErrorStatus.of(error.code) == .contentTooLarge else { return limits }
        let status = try? await self.uploads.status(of: id, for: request.client)
        limits.maximumAge = status.flatMap { self.limits(in: collection, $0).maximumAge }
        return limits
    }

    /// - Parameter limits: told where they are the reason.
    private static func refusal(
        _ error: MediaError,
        _ version: UploadInteropVersion?,
        _ limits: UploadLimits
    ) -> FieldedError {
        // The response does not come from the upload's target, also when the upload is complete ("Completeness"); of one that is
        // not there it says nothing.
        let isComplete: Bool? = error.code == .uploadGone ? nil : false
        var headers = HTTPUploadResponse.fields(
            version: version,
            offset: error.expectedOffset,
            isComplete: isComplete,
            limits: ErrorStatus.of(error.code) == .contentTooLarge ? limits : nil
        )
        if error.code == .notFound { headers = HTTPFields() }
        return FieldedError(error, headers, status: Self.status(of: error))
    }

    /// RFC 9530 has no status of its own for a wrong digest; the one of the other protocol would mean nothing here.
    private static func status(of error: MediaError) -> HTTPResponse.Status? {
        error.code == .checksumMismatch ? .badRequest : nil
    }

    /// - Throws: why the upload failed.
    static func checkNotFailed(_ status: ResumableUploadService.Status) throws(FieldedError) {
        guard let error = status.upload.problem?.error else { return }
        throw FieldedError(error, [:], status: Self.status(of: error))
    }

    /// The fields of HEAD and GET.
    func fields(of status: ResumableUploadService.Status, _ request: UploadRequest) -> HTTPFields {
        var version: UploadInteropVersion?
        if case .known(let known) = HTTPUploadFields.version(of: request.fields) { version = known }
        return HTTPUploadResponse.status(
            version: version,
            offset: status.offset?.bytes ?? 0,
            // Whether the target has had its say, and took the file.
            isComplete: status.upload.state == .complete,
            length: status.upload.length?.bytes,
            limits: self.limits(in: status.upload.target.collection, status)
        )
    }

    /// The record of the file that an upload became.
    func record(of status: ResumableUploadService.Status) async throws -> FileRecord? {
        guard let file = try await self.file(of: status) else { return nil }
        return FileRecord(file, presets: self.renditions.presets(of: file))
    }

    private func file(of status: ResumableUploadService.Status) async throws -> MediaFile? {
        if let file = status.file { return file }
        guard let id = status.upload.fileID else { return nil }
        do {
            return try await self.files.file(id: id)
        } catch  where error.code == .notFound {
            // Deleted since.
            return nil
        }
    }
}

extension ResumableUploadService.Checksum {
    init(_ digest: DigestValue) {
        self.init(algorithm: digest.algorithm == .sha256 ? .sha256 : .sha512, value: digest.value)
    }
}
