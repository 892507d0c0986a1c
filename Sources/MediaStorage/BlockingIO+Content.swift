import MediaCore
import SystemPackage

/// Reading content on the I/O threads; what has to be fetched first is.
extension BlockingIO {
    /// The bytes of a range; fewer where the content ends before.
    func bytes(_ range: Range<Int64>, of content: Content) async throws(MediaError) -> [UInt8] {
        let file = try await content.file(holding: range)
        return try await self.run { () throws(MediaError) in
            do throws(Errno) {
                return try FileDescriptor(rawValue: file.descriptor).bytes(at: range.lowerBound, count: range.count)
            } catch {
                throw SystemCall.error("pread", error.rawValue)
            }
        }
    }

    /// SHA-256 of all bytes.
    func digest(of content: Content) async throws(MediaError) -> Digest {
        // One piece per turn on an I/O thread, so that a long video being hashed does not keep a thread for a minute.
        var hasher = ContentHasher()
        var offset: Int64 = 0
        while true {
            let piece = offset..<offset + Self.hashedLengthBytes
            let file = try await content.file(holding: piece)
            let before = hasher
            let (next, count) = try await self.run { () throws(MediaError) in
                try Self.hash(piece, of: file, into: before)
            }
            hasher = next
            offset += count
            if count < Self.hashedLengthBytes { return try hasher.finalize() }
        }
    }

    /// In one turn on a thread.
    private static let hashedLengthBytes: Int64 = 32 << 20

    /// - Returns: the number of bytes hashed, fewer than the range has where the file ends.
    private static func hash(
        _ range: Range<Int64>,
        of file: OpenFile,
        into hasher: ContentHasher
    ) throws(MediaError) -> (ContentHasher, Int64) {
        var hasher = hasher
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = Int(min(Int64(buffer.count), range.upperBound - offset))
            let count = try SystemCall.read(file.descriptor, into: &buffer, atMost: wanted, at: offset)
            buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += Int64(count)
            if count < wanted { break }
        }
        return (hasher, offset - range.lowerBound)
    }
}
