import CLibz
package import NIOCore

/// Compression by gzip (RFC 1952) in one piece, for content that is in memory anyway.
package enum Gzip {
    /// How much work is spent on it.
    package enum Effort: Int32, Sendable {
        /// For what is compressed while somebody waits.
        case least = 1
        /// For what is compressed once and sent often.
        case most = 9
    }

    /// The most bytes that are compressed at once.
    package static let maximumBytes = 16 << 20

    /// - Returns: nil for what is too long, or would not become shorter.
    package static func compress(_ bytes: ByteBuffer, _ effort: Effort) -> ByteBuffer? {
        let length = bytes.readableBytes
        guard length > 0, length <= Self.maximumBytes else { return nil }
        var stream = z_stream()
        guard clibz_gzip_init(&stream, effort.rawValue) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        // What needs more room than the content itself is not worth it, and fails.
        var output = ByteBuffer()
        let end = output.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { room in
            bytes.withUnsafeReadableBytes { input in
                Self.deflate(&stream, input, into: UnsafeMutableRawBufferPointer(rebasing: room.prefix(length)))
            }
        }
        return end > 0 ? output : nil
    }

    /// - Returns: the bytes written; 0 when they are not all.
    private static func deflate(
        _ stream: inout z_stream,
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> Int {
        // zlib does not write to its input (zlib.h, next_in).
        stream.next_in = UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(output.count)
        return CLibz.deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
    }
}

extension Gzip {
    /// Whether a client takes gzip (RFC 9110 section 12.5.3).
    ///
    /// - Parameter values: of `Accept-Encoding`, line by line. None: it is not asked for.
    package static func isAccepted(by values: [String]) -> Bool {
        var byWildcard = false
        for member in values.joined(separator: ",").split(separator: ",").prefix(Self.maximumMembers) {
            let parts = member.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let coding = parts.first else { continue }
            let isWanted = !parts.dropFirst().contains {
                $0.hasPrefix("q=") && (PlainDecimal.number($0.dropFirst(2)) ?? 0) == 0
            }
            if coding == "gzip" || coding == "x-gzip" { return isWanted }
            if coding == "*" { byWildcard = isWanted }
        }
        return byWildcard
    }

    private static let maximumMembers = 32
}
