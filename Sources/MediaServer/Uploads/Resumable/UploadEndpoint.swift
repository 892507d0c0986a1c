import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// `/api/uploads`: one URL for two protocols. A request says by its fields which one it speaks.
struct UploadEndpoint: Sendable {
    let uploads: ResumableUploadService
    let files: FileService
    let renditions: RenditionService
    /// Takes a body that speaks neither protocol.
    let plain: UploadController
    let settings: Settings

    /// What requests are judged by. Every field is a configuration key.
    struct Settings: Sendable {
        var pace: ReceptionPace
        var trustedProxies: TrustedAddresses
        /// The field in which a trusted proxy names the client.
        var clientField: HTTPField.Name?
        var hasRelativeLocations: Bool
    }

    private var tus: TusController { .init(uploads: self.uploads) }

    var http: HTTPUploadController {
        .init(uploads: self.uploads, files: self.files, renditions: self.renditions)
    }

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.uploads, .post) { request, context in
            try await self.accounting(UploadRequest(request, context, settings: self.settings), context.logger) {
                try await self.create(request, context)
            }
        }
        handlers.on(Routes.upload, .post) { request, context in
            try await self.accounting(UploadRequest(request, context, settings: self.settings), context.logger) {
                try await self.storeFile(request, context)
            }
        }
        let upload = Routes.resumableUpload
        handlers.on(upload, .post) { request, context in try await self.processAgain(request, context) }
        handlers.on(upload, .get) { request, context in try await self.progress(request, context) }
        handlers.on(upload, .head) { request, context in try await self.status(request, context) }
        handlers.on(upload, .patch) { request, context in
            try await self.accounting(UploadRequest(request, context, settings: self.settings), context.logger) {
                UploadAccount.current?.note(upload: try context.uploadID)
                return try await self.append(request, context)
            }
        }
        handlers.on(upload, .delete) { request, context in try await self.terminate(request, context) }
        for route in [Routes.uploads, Routes.upload, upload] {
            handlers.on(route, .options) { request, context in await self.options(request, context, of: route) }
        }
    }

    // MARK: Which protocol

    private func create(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        try UploadContent.check(request.headers)
        let exchange = UploadRequest(request, context, settings: self.settings)
        if TusVersion.isPresent(in: request.headers) { return try await self.tus.create(exchange) }
        if let fields = HTTPUploadFields(request.headers) {
            return try await self.http.create(
                exchange,
                fields,
                form: try UploadForm(request).completed(by: exchange.grant)
            )
        }
        // A version that nobody knows yet: its rules say that the request then is an ordinary one.
        if request.headers.contains(.uploadComplete) || request.headers.contains(.uploadIncomplete) {
            return try await self.storePlain(request, context)
        }
        throw Self.unknownProtocol
    }

    /// - Throws: `invalid_request` for content that says of itself that it is not the whole.
    private func storePlain(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        guard !HTTPUploadFields.announcesPart(request.headers) else {
            let versions = UploadInteropVersion.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
            throw MediaError(
                .invalidRequest,
                """
                The request says that its content is a part, in a way that is not known here. A part makes no file. The \
                versions in Upload-Draft-Interop-Version are \(versions).
                """
            )
        }
        return try await self.plain.store(
            request,
            context,
            by: UploadRequest(request, context, settings: self.settings)
        )
    }

    /// `POST /api/upload`: a plain upload, unless the client offers to resume it.
    private func storeFile(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        try UploadContent.check(request.headers)
        let form = try UploadForm(request)
        // The parts of a form cannot be told apart before it is whole; its upload is a plain one.
        guard form.boundary == nil, let fields = HTTPUploadFields(request.headers), fields.offset ?? 0 == 0 else {
            return try await self.storePlain(request, context)
        }
        let exchange = UploadRequest(request, context, settings: self.settings)
        return try await self.http.create(exchange, fields, form: form.completed(by: exchange.grant))
    }

    private func append(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        try UploadContent.checkCoding(request.headers)
        let exchange = UploadRequest(request, context, settings: self.settings)
        if TusVersion.isPresent(in: request.headers) {
            try Self.checkTus(request.headers)
            return try await self.tus.append(to: try context.uploadID, exchange)
        }
        if let fields = HTTPUploadFields(request.headers) {
            return try await self.http.append(to: try context.uploadID, exchange, fields)
        }
        guard HTTPUploadFields.isPartialUpload(request.headers) else { throw Self.unknownProtocol }
        throw MediaError(.invalidRequest, "Upload-Offset and Upload-Complete are needed to append to an upload.")
    }

    private func status(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        let exchange = UploadRequest(request, context, settings: self.settings)
        if TusVersion.isPresent(in: request.headers) {
            try Self.checkTus(request.headers)
            let status = try await self.uploads.settledStatus(of: try context.uploadID, for: exchange.client)
            try TusController.checkNotFailed(status)
            return try await self.head(of: status, exchange, fields: TusController.fields(of: status))
        }
        let id = try context.uploadID
        try await self.checkSpeaksHTTP(id, exchange)
        let status = try await self.uploads.settledStatus(of: id, for: exchange.client)
        try HTTPUploadController.checkNotFailed(status)
        return Response(status: .noContent, headers: self.http.fields(of: status, exchange))
    }

    private func terminate(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        let exchange = UploadRequest(request, context, settings: self.settings)
        if TusVersion.isPresent(in: request.headers) {
            try Self.checkTus(request.headers)
        } else {
            try await self.checkSpeaksHTTP(try context.uploadID, exchange)
        }
        try await self.uploads.terminate(try context.uploadID, for: exchange.client)
        return Response(status: .noContent)
    }

    /// HEAD and DELETE need no field of the newer protocol; an upload made by tus is spoken to in tus.
    private func checkSpeaksHTTP(_ id: UploadID, _ exchange: UploadRequest) async throws {
        if case .known = HTTPUploadFields.version(of: exchange.fields) {
            return try HTTPUploadFields.checkRetrieval(exchange.fields)
        }
        let status = try await self.uploads.status(of: id, for: exchange.client)
        guard status.upload.transport == .resumableHTTP else { throw Self.unknownProtocol }
    }

    private static func checkTus(_ fields: HTTPFields) throws {
        do {
            try TusVersion.check(fields)
        } catch {
            throw FieldedError(error.mediaError, TusFields.unsupportedVersion)
        }
    }

    private static var unknownProtocol: FieldedError {
        FieldedError(
            MediaError(
                .unsupportedVersion,
                """
                The request speaks no upload protocol that is known here: send Tus-Resumable: \(TusVersion.current), or \
                Upload-Complete of Resumable Uploads for HTTP.
                """
            ),
            TusFields.unsupportedVersion
        )
    }

    // MARK: Progress

    private func progress(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        let exchange = UploadRequest(request, context, settings: self.settings)
        let status = try await self.uploads.status(of: try context.uploadID, for: exchange.client)
        var response = try JSON.response(try await self.record(of: status))
        let isHTTP = status.upload.transport == .resumableHTTP
        let fields = isHTTP ? self.http.fields(of: status, exchange) : TusController.fields(of: status)
        for field in fields { response.headers[field.name] = field.value }
        return response
    }

    /// What GET would respond, without the content.
    private func head(
        of status: ResumableUploadService.Status,
        _ exchange: UploadRequest,
        fields: HTTPFields
    ) async throws -> Response {
        var response = try JSON.response(try await self.record(of: status))
        for field in fields { response.headers[field.name] = field.value }
        let length = response.body.contentLength ?? 0
        response.body = ResponseBody()
        response.headers[.contentLength] = "\(length)"
        return response
    }

    private func processAgain(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        let exchange = UploadRequest(request, context, settings: self.settings)
        let form = try UploadForm(request)
        let status = try await self.uploads.processAgain(
            try context.uploadID,
            changing: .init(
                collection: form.collection,
                name: form.name,
                filename: form.originalFilename,
                replace: form.replace
            ),
            for: exchange.client,
            permit: { (target) throws(MediaError) in
                try exchange.conditions(
                    ofUploadTo: target.collection ?? self.uploads.defaultCollection,
                    name: target.name
                )
            }
        )
        return try JSON.response(try await self.record(of: status))
    }

    private func record(of status: ResumableUploadService.Status) async throws -> UploadStatusRecord {
        UploadStatusRecord(status, file: try await self.http.record(of: status))
    }

    /// Of the URL of an upload the limits of its collection, of the others those of the collection that the query names.
    private func options(_ request: Request, _ context: MediaRequestContext, of route: Route) async -> Response {
        let limits: UploadLimits
        if route === Routes.resumableUpload, let id = try? context.uploadID {
            let client = UploadRequest(request, context, settings: self.settings).client
            limits = await self.http.limits(of: id, for: client)
        } else {
            limits = self.http.limits(in: try? RequestTarget(request).query["collection"])
        }
        var fields = TusFields.options(
            maximumSize: limits.maximumSize,
            checksums: ChecksumAlgorithm.allCases.map(\.rawValue)
        )
        var version: UploadInteropVersion?
        if case .known(let known) = HTTPUploadFields.version(of: request.headers) { version = known }
        for field in HTTPUploadResponse.options(version: version, limits: limits) {
            fields[field.name] = field.value
        }
        fields[.allow] = route.allow
        return Response(status: .noContent, headers: fields)
    }
}
