import Glibc

/// A file behind a descriptor, read with `pread(2)`: the descriptor's offset is left alone.
package struct DescriptorSource: ByteSource {
    private let descriptor: Int32
    package let length: Int64

    /// - Parameter descriptor: a regular file open for reading; not closed here.
    package init(descriptor: Int32) throws(IsoMediaFault) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(errno: errno) }
        self.descriptor = descriptor
        self.length = Int64(status.st_size)
    }

    package func bytes(at offset: Int64, count: Int) throws(IsoMediaFault) -> [UInt8] {
        guard offset >= 0, offset < self.length, count > 0 else { return [] }
        let wanted = Int(min(Int64(count), self.length - offset))
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            while filled < wanted {
                let rest = buffer.baseAddress?.advanced(by: filled)
                let got = pread(self.descriptor, rest, wanted - filled, off_t(offset) + filled)
                if got > 0 {
                    filled += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        guard failure == 0 else { throw .unreadable(errno: failure) }
        return bytes
    }
}
