import Access
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine
import NIOCore

/// Plain uploads, `POST /api/upload`: a raw body or `multipart/form-data`, streamed to disk while it arrives.
struct UploadController: Sendable {
    let uploads: UploadService
    let renditions: RenditionService

    /// How slowly a body may come.
    let pace: ReceptionPace

    func store(
        _ request: Request,
        _ context: MediaRequestContext,
        by exchange: UploadRequest
    ) async throws -> Response {
        let form = try UploadForm(request)
        UploadAccount.current?.note(collection: form.collection, name: form.name, size: form.contentLength)
        let files =
            try await form.boundary == nil
            ? self.storeRaw(request, form.completed(by: exchange.grant), by: exchange, context: context)
            : self.storeMultipart(request, form, by: exchange, context: context)
        let records = files.map { FileRecord($0, presets: self.renditions.presets(of: $0)) }
        var response = try JSON.response(FileList(files: records), status: .created)
        if let file = files.first, files.count == 1 {
            response.headers[.location] = Routes.record.pattern.path("\(file.id)")
        }
        return response
    }

    // MARK: Raw

    private func storeRaw(
        _ request: Request,
        _ form: UploadForm,
        by exchange: UploadRequest,
        context: MediaRequestContext
    ) async throws -> [MediaFile] {
        let conditions = try exchange.conditions(ofUploadTo: form.collection, name: form.name)
        let collection = try self.uploads.collection(named: try form.requiredCollection()).narrowed(by: conditions)
        try self.uploads.precheck(collection: collection, name: form.name, size: form.contentLength)
        try await self.uploads.admit(
            conditions,
            of: exchange.owner,
            to: collection.name,
            name: form.name,
            size: form.contentLength
        )
        let promise = try await self.uploads.promiseRoom(for: form.contentLength)
        defer { promise?.end() }
        var digests = try ContentDigests(request.headers)
        // The staged file has its SHA-256 in any case.
        let algorithms = digests.algorithms.subtracting([.sha256])
        let running = RunningDigests(algorithms)
        let staged = try await self.uploads.stage()
        promise?.isFilled(by: { await staged.size })
        let received = await context.channel.receiveBody(
            into: algorithms.isEmpty ? staged : DigestingSink(sink: staged, running: running),
            limit: collection.maximumSize,
            pace: self.pace
        )
        if let failure = received.failure {
            await staged.discard()
            switch failure.code {
            case .uploadTooLong: throw UploadService.tooLarge(collection)
            case .uploadIncomplete:
                throw MediaError(.uploadIncomplete, "The upload stopped before its end.")
            case .uploadStalled: throw MediaError(.uploadStalled, "The upload came too slowly. Nothing was kept.")
            default: throw failure
            }
        }
        do {
            // None may stand there (RFC 9110 section 6.5.1): whoever sends one means the bytes before it.
            try UploadContent.checkCoding(received.trailers)
            try digests.add(received.trailers)
            try await digests.verify(running, of: staged)
        } catch {
            await staged.discard()
            throw error
        }
        let candidate = UploadService.Candidate(
            staged: staged,
            name: form.name,
            originalFilename: form.originalFilename,
            owner: exchange.owner,
            conditions: conditions
        )
        return try await self.stored([candidate], in: collection, replace: form.replace)
    }

    // MARK: Multipart

    private func storeMultipart(
        _ request: Request,
        _ form: UploadForm,
        by exchange: UploadRequest,
        context: MediaRequestContext
    ) async throws -> [MediaFile] {
        // Where the files go is known for certain behind the last of them only.
        let general = try exchange.conditions(ofUploadTo: form.name == nil ? nil : form.collection, name: form.name)
        var known: MediaCollection?
        if let name = form.collection ?? exchange.grant?.files.collection {
            known = try self.uploads.collection(named: name).narrowed(by: general)
        }
        if let known {
            try self.uploads.precheck(collection: known, name: form.completed(by: exchange.grant).name, size: nil)
        }
        try await self.uploads.admit(general, of: exchange.owner)
        if let size = form.contentLength {
            // The form's own bytes around the files are few; more than this the files of this body cannot be.
            let each = (known?.maximumSize ?? self.uploads.largestMaximumSize).bytes
            let files = form.mayHoldOneFileOnly ? 1 : Int64(MultipartReader.maximumFiles)
            guard (size.bytes - (1 << 20)) / files <= each else {
                throw known.map { UploadService.tooLarge($0) }
                    ?? UploadService.tooLarge(forAll: self.uploads.largestMaximumSize)
            }
        }
        let promise = try await self.uploads.promiseRoom(for: form.contentLength)
        defer { promise?.end() }
        try await context.channel.wantBody()
        var reader = try MultipartReader(
            boundary: form.boundary ?? "",
            uploads: self.uploads,
            collection: known,
            conditions: general
        )
        do {
            // Of a form the content is the form itself (RFC 9530 section 2).
            let digests = try ContentDigests(request.headers)
            guard !digests.isTrailerAnnounced else {
                throw MediaError(.invalidRequest, "The digest of a form has to stand before it, or in the parts.")
            }
            let running = RunningDigests(digests.algorithms)
            for try await buffer in request.body {
                buffer.withUnsafeReadableBytes { running.update($0) }
                try await reader.read(buffer)
                promise?.add(buffer.readableBytes)
            }
            try await reader.finish()
            try digests.verify(running)
            var candidates = try reader.candidates(defaultName: form.name)
            let name = reader.fields["collection"] ?? form.collection ?? exchange.grant?.files.collection
            for index in candidates.indices {
                if let grant = exchange.grant {
                    guard candidates.count == 1 else { throw MediaError.grantUsed("The form has several.") }
                    candidates[index].name = grant.completing(collection: name, name: candidates[index].name).name
                }
                candidates[index].owner = exchange.owner
                candidates[index].conditions = try exchange.conditions(
                    ofUploadTo: name,
                    name: candidates[index].name
                )
            }
            guard let name else { throw UploadForm.missingCollection }
            let collection = try self.uploads.collection(named: name)
            let replace = try form.replace || UploadForm.flag(reader.fields["replace"], named: "replace")
            return try await self.stored(candidates, in: collection, replace: replace)
        } catch {
            await reader.note(in: UploadAccount.current)
            await reader.discard()
            throw Self.translated(error)
        }
    }

    /// A digest that a grant asks for is one of a request as any other: RFC 9530 has no status of its own.
    private func stored(
        _ candidates: [UploadService.Candidate],
        in collection: MediaCollection,
        replace: Bool
    ) async throws -> [MediaFile] {
        do throws(MediaError) {
            return try await self.uploads.store(candidates, in: collection, replace: replace)
        } catch  where error.code == .checksumMismatch {
            throw FieldedError(error, [:], status: .badRequest)
        }
    }

    // MARK: Errors

    /// The connection's own errors mean that the client went away; what is thrown is seen in the log only.
    private static func translated(_ error: any Error) -> any Error {
        switch error {
        case is MediaError, is FieldedError: error
        case let error as MultipartError:
            MediaError(
                error == .truncated ? .uploadIncomplete : .invalidRequest,
                "The multipart body cannot be read: \(error).",
                cause: error
            )
        default: MediaError(.uploadIncomplete, "The upload stopped before its end.", cause: error)
        }
    }
}
