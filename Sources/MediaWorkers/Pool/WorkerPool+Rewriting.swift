import Glibc
package import MediaCore

extension WorkerPool: Rewriter {
    /// Has `source` read in a worker, which gets a write-only descriptor of `written` for the new bytes.
    /// - Throws: ``MediaError`` `file_damaged`, `processing_failed`, `busy`.
    package func rewrite(
        _ source: OpenFile,
        writing written: OpenFile,
        _ request: RewriteRequest
    ) async throws(MediaError) -> Splice? {
        switch try await self.perform(.rewrite(request), source: source, output: written) {
        case .rewritten(let splice):
            var status = stat()
            guard fstat(written.descriptor, &status) == 0,
                splice.fits(source: source.identity.size.bytes, written: Int64(status.st_size))
            else {
                throw MediaError(.processingFailed, "The file could not be rewritten: what came of it has gaps.")
            }
            return splice
        case .unchanged: return nil
        case .failed(let failure): throw failure.mediaError
        default: throw Self.wrongKind
        }
    }
}
