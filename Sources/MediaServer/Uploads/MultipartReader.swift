import HTTPSemantics
import HTTPTypes
import MediaCore
import MediaEngine
import NIOCore

/// Reads a `multipart/form-data` body: files go to the staging area as they come, fields are kept.
///
/// Fields may stand before or after the files; `name` is the name of the next file, or of the last one when it comes after
/// all of them.
struct MultipartReader {
    private static let maximumFieldLengthBytes = 4096
    static let maximumFiles = 32

    private struct Part {
        var head: MultipartPartHead
        var stager: BodyStager?
        var text: [UInt8] = []
        /// What the bytes of a file must hash to.
        var digests: ContentDigests?
        var running: RunningDigests?
    }

    /// Fields but `name`, the last of each name.
    private(set) var fields: [String: String] = [:]
    private var parser: MultipartFormDataParser
    private let uploads: UploadService
    private var collection: MediaCollection?
    private let conditions: UploadConditions
    private var part: Part?
    private var files: [UploadService.Candidate] = []
    private var names: [String] = []

    /// - Parameter conditions: those that any file of the form has to keep to.
    init(
        boundary: String,
        uploads: UploadService,
        collection: MediaCollection?,
        conditions: UploadConditions = .none
    ) throws {
        self.parser = try MultipartFormDataParser(boundary: boundary)
        self.uploads = uploads
        self.collection = collection
        self.conditions = conditions
    }

    mutating func read(_ buffer: ByteBuffer) async throws {
        let events = try buffer.withUnsafeReadableBytes { try self.parser.feed($0) }
        for event in events {
            switch event {
            case .partBegin(let head): try await self.begin(head)
            case .data(let range):
                let start = buffer.readerIndex + range.lowerBound
                guard let slice = buffer.getSlice(at: start, length: range.count) else { continue }
                try await self.take(slice.readableBytesView)
            case .heldBack(let bytes): try await self.take(bytes)
            case .partEnd: try await self.end()
            case .end: break
            }
        }
    }

    mutating func finish() async throws {
        try self.parser.finish()
    }

    /// The files, each with its name.
    mutating func candidates(defaultName: String?) throws(MediaError) -> [UploadService.Candidate] {
        guard !self.files.isEmpty else {
            throw MediaError(.invalidRequest, "The form has no file. Send it as a part named \"file\".")
        }
        let names = self.names.isEmpty ? [defaultName].compactMap(\.self) : self.names
        guard names.isEmpty || names.count == self.files.count else {
            throw MediaError(
                .invalidName,
                "The form has \(self.files.count) files and \(names.count) names. Send one name per file, or none."
            )
        }
        for (index, name) in names.enumerated() { self.files[index].name = name }
        return self.files
    }

    /// What the form has said so far.
    func note(in account: UploadAccount?) async {
        guard let account else { return }
        var size: Int64 = 0
        for file in self.files { size += await file.staged.size.bytes }
        if let stager = self.part?.stager { size += await stager.size.bytes }
        account.note(
            collection: self.fields["collection"],
            name: self.names.first,
            size: size > 0 ? ByteCount(bytes: size) : nil
        )
    }

    /// Removes everything that was staged.
    func discard() async {
        if let stager = self.part?.stager { await stager.file.discard() }
        for file in self.files { await file.staged.discard() }
    }

    // MARK: Parts

    private mutating func begin(_ head: MultipartPartHead) async throws {
        var part = Part(head: head)
        // A part with a file name is a file whatever it is called: forms name their inputs as they like.
        if head.name == "file" || head.fileName != nil {
            guard self.files.count < Self.maximumFiles else {
                throw MediaError(.invalidRequest, "A form may hold at most \(Self.maximumFiles) files.")
            }
            // What the part says of itself; the request's head speaks of the form.
            let fields = head.httpFields
            try UploadContent.check(fields)
            let digests = try ContentDigests(fields)
            if !digests.algorithms.isEmpty {
                part.digests = digests
                part.running = RunningDigests(digests.algorithms.subtracting([.sha256]))
            }
            part.stager = BodyStager(try await self.uploads.stage())
        }
        self.part = part
    }

    private mutating func take(_ bytes: some Collection<UInt8>) async throws {
        guard let stager = self.part?.stager else {
            guard (self.part?.text.count ?? 0) + bytes.count <= Self.maximumFieldLengthBytes else {
                throw MediaError(
                    .invalidRequest,
                    "A field of the form is longer than \(Self.maximumFieldLengthBytes) bytes."
                )
            }
            self.part?.text.append(contentsOf: bytes)
            return
        }
        try await stager.write(bytes)
        if let running = self.part?.running { Array(bytes).withUnsafeBytes { running.update($0) } }
        let size = await stager.size
        if let collection = self.collection, size > collection.maximumSize { throw UploadService.tooLarge(collection) }
        guard size <= self.uploads.largestMaximumSize else {
            throw UploadService.tooLarge(forAll: self.uploads.largestMaximumSize)
        }
    }

    private mutating func end() async throws {
        guard let part = self.part else { return }
        if let stager = part.stager {
            try await stager.flush()
            if let digests = part.digests, let running = part.running {
                try await digests.verify(running, of: stager.file)
            }
            self.files.append(
                .init(
                    staged: stager.file,
                    name: nil,
                    originalFilename: part.head.fileName.flatMap(ContentDisposition.baseName)
                )
            )
        } else {
            try self.keep(part)
        }
        self.part = nil
    }

    private mutating func keep(_ part: Part) throws(MediaError) {
        guard let text = String(validating: part.text, as: UTF8.self) else {
            throw MediaError(.invalidRequest, "The field \"\(part.head.name)\" is not UTF-8.")
        }
        switch part.head.name {
        case "name": self.names.append(text)
        case "collection":
            self.fields["collection"] = text
            self.collection = try self.uploads.collection(named: text).narrowed(by: self.conditions)
        default: self.fields[part.head.name] = text
        }
    }
}

extension MultipartPartHead {
    /// The part's fields as those of a message.
    fileprivate var httpFields: HTTPFields {
        var fields = HTTPFields()
        for field in self.fields {
            guard let name = HTTPField.Name(field.name) else { continue }
            fields.append(HTTPField(name: name, value: field.value))
        }
        return fields
    }
}
