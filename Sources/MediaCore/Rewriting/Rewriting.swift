/// One kind of change to a file's bytes on the way in, between its inspection and its commit.
///
/// Published names: they stand in records and in `media.files`.
package enum Rewriting: String, Hashable, Sendable, Codable, CaseIterable {
    /// Position, serial numbers, dates, comments and the like are taken out of a picture; not a pixel changes.
    case privateMetadata = "private-metadata"
    /// The index of a video goes from its end to its beginning, so that it plays while it is being downloaded; not a frame changes.
    case fastStart = "fast-start"
    /// A recording that has no index (WebM without Duration and Cues, fragmented MP4) gets one; not a frame changes.
    case indexing = "indexed"
    /// Everything that makes an SVG file more than a picture (scripts, references to elsewhere) is taken out.
    case sanitizing = "sanitized"

    /// Whether a file may also stay as it came: players like it better so, but nobody is harmed without.
    package var isOptional: Bool { self == .fastStart || self == .indexing }
}

/// What stands between the bytes that were uploaded and those that are stored.
package struct FileRewriting: Hashable, Sendable, Codable {
    /// What was done, in this order; never empty. A rewriting that found nothing to change is not listed.
    package var steps: [Rewriting]
    /// SHA-256 of the bytes as they came.
    package var uploadedDigest: Digest

    /// What was done to bytes with this digest.
    package init(steps: [Rewriting], uploadedDigest: Digest) {
        self.steps = steps
        self.uploadedDigest = uploadedDigest
    }
}

/// One rewriting of one file.
package struct RewriteRequest: Hashable, Sendable, Codable {
    /// What is to be done.
    package var rewriting: Rewriting
    /// The source's sniffed type: decides the parser, nothing is guessed again.
    package var type: MediaType
    /// Of the source.
    package var size: ByteCount
    /// Bounds on what may be read for it.
    package var limits: ImageLimits

    /// A request for one rewriting of one file.
    package init(rewriting: Rewriting, type: MediaType, size: ByteCount, limits: ImageLimits) {
        self.rewriting = rewriting
        self.type = type
        self.size = size
        self.limits = limits
    }
}

/// Says how files are rewritten. Implemented by the worker pool; tests use a double.
package protocol Rewriter: Sendable {
    /// Reads `source`, writes what the new file has that the old one has not into `written` (an empty file open for writing),
    /// and tells how the two make the new one.
    /// - Returns: nil when there is nothing to change.
    /// - Throws: ``MediaError`` `file_damaged`, `processing_failed`, `busy`.
    func rewrite(
        _ source: OpenFile,
        writing written: OpenFile,
        _ request: RewriteRequest
    ) async throws(MediaError) -> Splice?
}
