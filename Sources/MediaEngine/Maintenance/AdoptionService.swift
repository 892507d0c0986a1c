package import MediaCore

/// Records files that already lie in the tree, where they lie.
package struct AdoptionService: Sendable {
    private let collections: [MediaCollection]
    private let catalog: any Catalog
    private let tree: any FileTree
    private let inspector: any Inspector
    private let limits: ImageLimits
    private let clock: WallClock

    /// - Parameters:
    ///   - collections: whose rules decide which files are recorded.
    ///   - limits: of the pictures that are inspected.
    ///   - clock: says when a record was made or changed.
    package init(
        collections: [MediaCollection],
        catalog: any Catalog,
        tree: any FileTree,
        inspector: any Inspector,
        limits: ImageLimits,
        clock: @escaping WallClock
    ) {
        self.collections = collections
        self.catalog = catalog
        self.tree = tree
        self.inspector = inspector
        self.limits = limits
        self.clock = clock
    }

    /// What became of one entry of the tree.
    package enum Outcome: Sendable {
        /// Its record is new, or was brought up to date with the bytes.
        case recorded(MediaFile)
        /// The record of this path is of this very version.
        case alreadyRecorded
        /// Left alone, with the reason.
        case skipped(reason: String)
    }

    /// Walks the tree, or one folder of it, and records every file that a collection takes. Nothing is moved or renamed.
    package func importTree(
        under folder: MediaPath.Folder?,
        report: (String, Outcome) async throws -> Void
    ) async throws {
        for try await entry in self.tree.entries(under: folder) {
            switch entry {
            case .foreign(let path, let reason):
                try await report(path, .skipped(reason: reason))
            case .file(let path, _):
                try await report(path.text, await self.adopt(path))
            }
        }
    }

    /// Sniffs, hashes and records one file in place.
    func adopt(_ path: MediaPath) async throws(MediaError) -> Outcome {
        guard let collection = self.collections.first(where: { $0.name == path.collection }) else {
            return .skipped(reason: "\(path.collection) is not a collection of the configuration")
        }
        let content: Content
        do throws(MediaError) {
            content = try await self.tree.open(path)
        } catch  where Self.concernsTheFile(error) {
            return .skipped(reason: error.message)
        }
        // In this order: a file that was open before its commit was seen to be closed has its record by now, or never gets one.
        guard try await !self.catalog.hasOpenIntent(on: path) else {
            return .skipped(reason: "an upload or a deletion of it is under way")
        }
        let existing = try await self.catalog.file(path: path)
        if let existing, existing.version.identity == content.identity { return .alreadyRecorded }
        do throws(MediaError) {
            return .recorded(try await self.record(path, content, existing: existing, in: collection))
        } catch  where Self.concernsTheFile(error) {
            return .skipped(reason: error.message)
        }
    }

    private func record(
        _ path: MediaPath,
        _ content: Content,
        existing: MediaFile?,
        in collection: MediaCollection
    ) async throws(MediaError) -> MediaFile {
        guard content.size.bytes > 0 else { throw MediaError(.emptyFile, "the file is empty") }
        let inspection = try await self.inspector.inspect(
            try await content.file(),
            allowedTypes: collection.allowedTypes,
            limits: self.limits
        )
        guard collection.allows(inspection.type) else {
            throw MediaError(.typeNotAllowed, "\(inspection.type) is not taken by \(collection.name)")
        }
        let version = FileVersion(
            size: content.size,
            digest: try await self.tree.digest(of: content),
            modifiedAt: content.identity.modifiedAt,
            token: content.identity.token
        )
        let now = self.clock().notBefore(existing?.updatedAt)
        let name = if let existing { existing.name } else { try await self.freeName(for: path, in: collection) }
        var record = MediaFile(
            id: existing?.id ?? MediaID(now: now),
            collection: collection.name,
            name: name,
            path: path,
            type: inspection.type,
            version: version,
            originalFilename: existing?.originalFilename ?? path.fileName,
            createdAt: existing?.createdAt ?? now,
            updatedAt: now
        )
        record.takeFacts(of: inspection)
        if let existing, existing.version.digest == version.digest {
            record.focalPoint = existing.focalPoint
            record.rewriting = existing.rewriting
        }
        try await self.catalog.adopt(record)
        return record
    }

    /// The path without collection and extension; the whole file name when `1.jpg` and `1.png` lie side by side.
    private func freeName(for path: MediaPath, in collection: MediaCollection) async throws(MediaError) -> MediaName {
        let relative = path.segments.dropFirst().joined(separator: "/")
        let name = try MediaName(validating: relative)
        if try await self.catalog.file(collection: collection.name, name: name) == nil { return name }
        return MediaName(trusted: relative)
    }

    /// True for errors that say something about this file; others end the whole run.
    private static func concernsTheFile(_ error: MediaError) -> Bool {
        [
            .emptyFile, .typeNotAllowed, .fileDamaged, .imageTooLarge, .processingFailed, .notFound, .nameTaken,
            .invalidName,
        ].contains(error.code)
    }
}
