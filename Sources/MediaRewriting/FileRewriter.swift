package import MediaCore
import VectorGraphics

/// Changes files on their way in, as far as untrusted bytes have to be understood for it.
///
/// Synchronous and single-threaded: meant for a sandboxed worker process. It gets descriptors only and opens no path.
package enum FileRewriter {
    /// - Parameters:
    ///   - source: a regular file open for reading; its offset is neither used nor moved.
    ///   - written: an empty file open for writing; gets the bytes that the new file has and the old one has not.
    /// - Returns: how the two make the new file; nil when there is nothing to change.
    /// - Throws: ``MediaError`` `file_damaged`, `processing_failed`, `storage_full`.
    package static func rewrite(
        source: Int32,
        written: Int32,
        request: RewriteRequest
    ) throws(MediaError) -> Splice? {
        // What is found by offsets, or too large to be mapped.
        switch request.rewriting {
        case .fastStart: return try VideoRewriting(source: source, written: written).fastStart()
        case .indexing: return try VideoRewriting(source: source, written: written).indexed(request.type)
        case .privateMetadata where InPlaceRemoval.takes(request.type):
            return try VideoRewriting(source: source, written: written).withoutPrivateData(request.type)
        case .privateMetadata, .sanitizing: break
        }
        let file = try MappedFile(descriptor: source)
        let builder =
            request.rewriting == .sanitizing
            ? try Self.sanitized(file, limits: request.limits)
            : try PrivateMetadata.removal(from: ByteView(file.bytes), type: request.type)
        guard let splice = builder.splice else { return nil }
        try builder.written.withUnsafeBytesOf { bytes throws(MediaError) in
            try WrittenFile(descriptor: written).write(bytes)
        }
        return splice
    }

    private static func sanitized(_ file: MappedFile, limits: ImageLimits) throws(MediaError) -> SpliceBuilder {
        var whole = SpliceBuilder(ByteView(file.bytes))
        let document = try SvgDocument(sanitizing: file.bytes, limits: limits)
        whole.replace(0..<file.bytes.count, with: document.bytes)
        return whole
    }
}
