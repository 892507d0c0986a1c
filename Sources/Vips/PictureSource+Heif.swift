import IsoMedia
import MediaCore
import SystemPackage

extension PictureSource {
    /// Reads what a HEIF file says of its items, and changes this process's own view of it so that the decoder at hand reads it as it is
    /// meant: see ``HeifItems/patches``.
    ///
    /// - Parameter bytes: a private mapping: what is written is this process's alone, and the file stays as it is.
    /// - Returns: nil where it cannot be read: the decoder has the word.
    static func adapt(_ bytes: UnsafeMutableRawBufferPointer) -> HeifItems? {
        guard let items = try? HeifItems(MappedBytes(bytes: UnsafeRawBufferPointer(bytes))) else { return nil }
        for patch in items.patches {
            let end = Int(patch.offset) + patch.bytes.count
            guard patch.offset >= 0, end <= bytes.count else { continue }
            bytes[Int(patch.offset)..<end].copyBytes(from: patch.bytes)
        }
        return items
    }
}

/// Bytes of a mapping.
private struct MappedBytes: ByteSource {
    let bytes: UnsafeRawBufferPointer

    var length: Int64 { Int64(self.bytes.count) }

    func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        guard offset >= 0, offset < self.length, count > 0 else { return [] }
        let start = Int(offset)
        return Array(self.bytes[start..<start + min(count, self.bytes.count - start)])
    }
}
