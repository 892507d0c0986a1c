import Glibc
package import MediaCore

/// Takes the word "secret " out of texts, once, and puts " (checked)" behind: pieces of both origins.
///
/// A text without that word is left as it is; one with `spoil` in it comes out as something that no inspector knows; one with
/// `refuse` in it cannot be rewritten.
package struct StubRewriter: Rewriter {
    /// Makes the rewriter; it has no state.
    package init() {}

    package func rewrite(
        _ source: OpenFile,
        writing written: OpenFile,
        _ request: RewriteRequest
    ) async throws(MediaError) -> Splice? {
        let bytes = OpenFileBytes.read(source)
        let text = String(decoding: bytes, as: UTF8.self)
        if text.contains("refuse") { throw MediaError(.fileDamaged, "It cannot be rewritten.") }
        guard let secret = text.firstRange(of: "secret ") else { return nil }
        let mark = Array((text.contains("spoil") ? "?" : " (checked)").utf8)
        guard pwrite(written.descriptor, mark, mark.count, 0) == mark.count else {
            throw MediaError(.processingFailed, "The output cannot be written (errno \(errno)).")
        }
        let start = Int64(text[..<secret.lowerBound].utf8.count)
        let end = start + Int64("secret ".utf8.count)
        let addition = Splice.Piece(.written, offset: 0, count: Int64(mark.count))
        let before = Splice.Piece(.source, offset: 0, count: start)
        let after = Splice.Piece(.source, offset: end, count: Int64(bytes.count) - end)
        let pieces = text.contains("spoil") ? [addition, before, after] : [before, after, addition]
        return Splice(pieces: pieces.filter { $0.count > 0 })
    }
}
