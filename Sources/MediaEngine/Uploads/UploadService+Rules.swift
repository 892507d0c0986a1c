package import MediaCore

/// What the collections' rules say of an upload, before and after its bytes are there.
extension UploadService {
    /// The largest file that any collection takes: the bound while the collection is not known yet.
    package var largestMaximumSize: ByteCount { self.collections.map(\.maximumSize).max() ?? ByteCount(bytes: 0) }

    /// In the order of the configuration.
    package var collectionNames: [String] { self.collections.map(\.name) }

    /// - Throws: `unknown_collection`, with the names of those that there are.
    package func collection(named name: String) throws(MediaError) -> MediaCollection {
        guard let collection = self.collections.first(where: { $0.name == name }) else {
            throw MediaError(
                .unknownCollection,
                "There is no collection \"\(name)\". Choose one of: \(self.collections.map(\.name).joined(separator: ", ")).",
                details: ["allowed": .texts(self.collections.map(\.name))]
            )
        }
        return collection
    }

    /// The error of an upload that does not say where it is to go.
    var missingCollection: MediaError {
        MediaError(
            .invalidRequest,
            "The upload needs a collection: one of \(self.collectionNames.joined(separator: ", ")).",
            details: ["allowed": .texts(self.collectionNames)]
        )
    }

    /// How large an upload may become.
    struct SizeLimit: Sendable {
        let size: ByteCount
        /// Nil while it is not known where the upload goes.
        fileprivate let collection: MediaCollection?

        /// The error of an upload that is larger: `file_too_large`.
        var excess: MediaError {
            guard let collection else { return UploadService.tooLarge(forAll: self.size) }
            return UploadService.tooLarge(collection)
        }
    }

    /// - Throws: `unknown_collection`.
    func sizeLimit(of upload: Upload) throws(MediaError) -> SizeLimit {
        guard let name = upload.target.collection else {
            return SizeLimit(size: upload.conditions.maximumSize(within: self.largestMaximumSize), collection: nil)
        }
        let collection = try self.collection(named: name).narrowed(by: upload.conditions)
        return SizeLimit(size: collection.maximumSize, collection: collection)
    }

    /// Checks, before any byte is read, what can be known by then.
    /// - Throws: `invalid_name`, `file_too_large`.
    package func precheck(collection: MediaCollection, name: String?, size: ByteCount?) throws(MediaError) {
        _ = try self.name(name, in: collection)
        if let size, size > collection.maximumSize { throw Self.tooLarge(collection) }
    }

    /// Keeps room on the disk for a body of this length, before any byte is read: beside what open uploads have reserved, and beside
    /// other plain uploads.
    /// - Returns: to be held until the bytes are there; nil for a length that is not announced.
    /// - Throws: `storage_full`.
    package func promiseRoom(for size: ByteCount?) async throws(MediaError) -> RoomPromise? {
        guard let size, size.bytes > 0 else { return nil }
        return try await self.room.promise(size)
    }

    func name(_ text: String?, in collection: MediaCollection) throws(MediaError) -> MediaName? {
        switch (collection.naming, text) {
        case (.generated, .some):
            throw MediaError(.invalidName, "\(collection.name) names its files itself. Leave out the name.")
        case (.required, .none):
            throw MediaError(.invalidName, "\(collection.name) needs a name. Send the field \"name\".")
        case (_, .some(let text)): return try MediaName(validating: text)
        case (_, .none): return nil
        }
    }

    static func mayReplace(_ collection: MediaCollection, asked: Bool) -> Bool {
        switch collection.replacing {
        case .always: true
        case .onRequest: asked
        case .never: false
        }
    }

    /// The error of a file that is larger than its collection takes.
    package static func tooLarge(_ collection: MediaCollection) -> MediaError {
        MediaError(
            .fileTooLarge,
            "The file is larger than \(collection.maximumSize), the most that \(collection.name) takes.",
            details: ["maximumBytes": .number(collection.maximumSize.bytes)]
        )
    }

    /// While the collection is not known: larger than any of them takes.
    package static func tooLarge(forAll most: ByteCount) -> MediaError {
        MediaError(
            .fileTooLarge,
            "The file is larger than \(most), the most that any collection takes.",
            details: ["maximumBytes": .number(most.bytes)]
        )
    }
}
