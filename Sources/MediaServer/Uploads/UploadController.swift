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

    func store(_ request: Request, _ context: MediaRequestContext) async throws -> Response {
        let form = try UploadForm(request)
        UploadAccount.current?.note(collection: form.collection, name: form.name, size: form.contentLength)
        // Before anything is read: of a form more is known when it is there.
        if form.boundary == nil || form.name != nil {
            try context.asker.requireUpload(to: form.collection, name: form.name)
        } else {
            try context.asker.requireUpload(in: form.collection)
        }
        let files =
            try await form.boundary == nil
            ? self.storeRaw(request, form, context: context)
            : self.storeMultipart(request, form, context: context)
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
        context: MediaRequestContext
    ) async throws -> [MediaFile] {
        let collection = try self.uploads.collection(named: try form.requiredCollection())
        try self.uploads.precheck(collection: collection, name: form.name, size: form.contentLength)
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
            originalFilename: form.originalFilename
        )
        return try await self.uploads.store([candidate], in: collection, replace: form.replace)
    }

    // MARK: Multipart

    private func storeMultipart(
        _ request: Request,
        _ form: UploadForm,
        context: MediaRequestContext
    ) async throws -> [MediaFile] {
        var known: MediaCollection?
        if let name = form.collection { known = try self.uploads.collection(named: name) }
        if let known { try self.uploads.precheck(collection: known, name: form.name, size: nil) }
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
        var reader = try MultipartReader(boundary: form.boundary ?? "", uploads: self.uploads, collection: known)
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
            let candidates = try reader.candidates(defaultName: form.name)
            guard let name = reader.fields["collection"] ?? form.collection else { throw UploadForm.missingCollection }
            let asker = try context.asker
            for candidate in candidates { try asker.requireUpload(to: name, name: candidate.name) }
            let collection = try self.uploads.collection(named: name)
            let replace = try form.replace || UploadForm.flag(reader.fields["replace"], named: "replace")
            return try await self.uploads.store(candidates, in: collection, replace: replace)
        } catch {
            await reader.note(in: UploadAccount.current)
            await reader.discard()
            throw Self.translated(error)
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
