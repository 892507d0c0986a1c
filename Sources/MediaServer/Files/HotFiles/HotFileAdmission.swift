import HTTPSemantics
import Hummingbird
import MediaCore

/// Puts what the router has responded where the next request for the same finds it, without router and catalog.
struct HotFileAdmission: Sendable {
    let cache: HotFileCache
    let crossOrigin: CrossOriginPolicy

    /// See ``HotFileCache/generation``.
    var generation: Int { self.cache.generation }

    /// - Parameters:
    ///   - representation: of `served`, as everybody gets it.
    ///   - record: of the original, also for a rendition.
    ///   - guarding: how the original is guarded.
    ///   - generation: from before the file was opened.
    func keep(
        _ served: ServedFile,
        as representation: Representation,
        file: OpenFile,
        of record: MediaFile,
        guardedBy guarding: FileGuard,
        for request: Request,
        since generation: Int
    ) {
        let candidate = HotFile.Candidate(
            target: request.head.path ?? "",
            acceptance: served.acceptance,
            path: record.path,
            file: file,
            representation: representation,
            commonFields: self.crossOrigin.readingFields(origin: nil),
            digest: served.digest,
            pace: served.pace,
            guarding: guarding,
            freshness: served.freshness
        )
        self.cache.admit(candidate, since: generation)
    }
}
