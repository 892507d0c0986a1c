package import MediaCore

/// A catalog whose calls fail as a ``FaultPlan`` has it, with `catalog_unavailable`.
package struct FaultyCatalog: Catalog {
    let base: any Catalog & UploadCatalog & LinkCatalog & TrashCatalog
    private let plan: FaultPlan

    /// Wraps `base`; every call is counted as `catalog.<method>`.
    package init(_ base: any Catalog & UploadCatalog & LinkCatalog & TrashCatalog, plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    func perform<Result: Sendable>(
        _ call: String,
        _ body: () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        try await self.plan.perform("catalog.\(call)", failingWith: .catalogUnavailable, body)
    }

    package func file(id: MediaID) async throws(MediaError) -> MediaFile? {
        try await self.perform("file.id") { () async throws(MediaError) in try await self.base.file(id: id) }
    }

    package func file(path: MediaPath) async throws(MediaError) -> MediaFile? {
        try await self.perform("file.path") { () async throws(MediaError) in try await self.base.file(path: path) }
    }

    package func file(collection: String, name: MediaName) async throws(MediaError) -> MediaFile? {
        try await self.perform("file.name") { () async throws(MediaError) in
            try await self.base.file(collection: collection, name: name)
        }
    }

    package func file(movedFrom path: MediaPath) async throws(MediaError) -> MediaFile? {
        try await self.perform("file.moved") { () async throws(MediaError) in
            try await self.base.file(movedFrom: path)
        }
    }

    package func formerPaths(of id: MediaID) async throws(MediaError) -> [MediaPath] {
        try await self.perform("formerPaths") { () async throws(MediaError) in
            try await self.base.formerPaths(of: id)
        }
    }

    package func files(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        try await self.perform("files") { () async throws(MediaError) in
            try await self.base.files(matching: filter, before: cursor, limit: limit)
        }
    }

    package func listing(
        matching filter: FileFilter,
        before cursor: MediaID?,
        limit: Int,
        examining bound: Int
    ) async throws(MediaError) -> FileListing {
        try await self.perform("files") { () async throws(MediaError) in
            try await self.base.listing(matching: filter, before: cursor, limit: limit, examining: bound)
        }
    }

    package func begin(_ intent: CommitIntent, under terms: CommitTerms) async throws(MediaError) {
        try await self.perform("begin") { () async throws(MediaError) in
            try await self.base.begin(intent, under: terms)
        }
    }

    package func file(ofGrant id: String) async throws(MediaError) -> MediaFile? {
        try await self.perform("file.grant") { () async throws(MediaError) in try await self.base.file(ofGrant: id) }
    }

    package func finish(_ intent: CommitIntent) async throws(MediaError) {
        try await self.perform("finish") { () async throws(MediaError) in try await self.base.finish(intent) }
    }

    package func remove(_ intent: CommitIntent, as removal: Removal) async throws(MediaError) {
        try await self.perform("remove") { () async throws(MediaError) in
            try await self.base.remove(intent, as: removal)
        }
    }

    package func close(_ intent: CommitIntent) async throws(MediaError) {
        try await self.perform("close") { () async throws(MediaError) in try await self.base.close(intent) }
    }

    package func isOpen(_ intent: CommitIntent) async throws(MediaError) -> Bool {
        try await self.perform("isOpen") { () async throws(MediaError) in try await self.base.isOpen(intent) }
    }

    package func openIntents() async throws(MediaError) -> [CommitIntent] {
        try await self.perform("openIntents") { () async throws(MediaError) in try await self.base.openIntents() }
    }

    package func hasOpenIntent(on path: MediaPath) async throws(MediaError) -> Bool {
        try await self.perform("hasOpenIntent") { () async throws(MediaError) in
            try await self.base.hasOpenIntent(on: path)
        }
    }

    package func adopt(_ file: MediaFile) async throws(MediaError) {
        try await self.perform("adopt") { () async throws(MediaError) in try await self.base.adopt(file) }
    }

    package func forget(_ file: MediaFile) async throws(MediaError) {
        try await self.perform("forget") { () async throws(MediaError) in try await self.base.forget(file) }
    }

    package func setFocalPoint(
        _ point: FocalPoint?,
        of id: MediaID,
        at time: Timestamp
    ) async throws(MediaError) -> MediaFile {
        try await self.perform("setFocalPoint") { () async throws(MediaError) in
            try await self.base.setFocalPoint(point, of: id, at: time)
        }
    }

    package func fillIn(_ file: MediaFile) async throws(MediaError) -> Bool {
        try await self.perform("fillIn") { () async throws(MediaError) in try await self.base.fillIn(file) }
    }

    package func files(
        factsBelow version: Int,
        after cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        try await self.perform("files") { () async throws(MediaError) in
            try await self.base.files(factsBelow: version, after: cursor, limit: limit)
        }
    }

    package func isInUse(digestPrefix prefix: String) async throws(MediaError) -> Bool {
        try await self.perform("isInUse") { () async throws(MediaError) in
            try await self.base.isInUse(digestPrefix: prefix)
        }
    }

    package func ping() async throws(MediaError) {
        try await self.perform("ping") { () async throws(MediaError) in try await self.base.ping() }
    }
}
