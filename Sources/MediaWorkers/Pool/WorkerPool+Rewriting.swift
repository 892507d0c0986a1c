import Glibc
package import MediaCore
import SystemPackage

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
            guard splice.fits(source: source.identity.size.bytes, written: try Self.length(of: written)) else {
                throw Self.incomplete
            }
            return splice
        case .rewrittenByTable(let pieces):
            return try Self.splice(pieces: pieces, source: source, written: written)
        case .unchanged: return nil
        case .failed(let failure): throw failure.mediaError
        default: throw Self.wrongKind
        }
    }

    /// The splice whose table is at the end of what the worker wrote a moment ago: it is in the page cache.
    private static func splice(
        pieces: Int,
        source: OpenFile,
        written: OpenFile
    ) throws(MediaError) -> Splice {
        let length = try Self.length(of: written)
        let count = pieces * Splice.tableEntryLength
        guard count <= length else { throw Self.incomplete }
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileDescriptor(rawValue: written.descriptor).bytes(at: length - Int64(count), count: count)
        } catch {
            throw MediaError(.storageUnavailable, "What a worker wrote could not be read.", cause: error)
        }
        guard bytes.count == count, let splice = Splice(table: bytes),
            splice.fits(source: source.identity.size.bytes, written: length - Int64(count))
        else { throw Self.incomplete }
        return splice
    }

    private static func length(of file: OpenFile) throws(MediaError) -> Int64 {
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { throw Self.incomplete }
        return Int64(status.st_size)
    }

    private static let incomplete = MediaError(
        .processingFailed,
        "The file could not be rewritten: what came of it has gaps."
    )
}
