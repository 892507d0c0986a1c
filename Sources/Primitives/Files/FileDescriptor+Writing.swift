package import SystemPackage

extension FileDescriptor {
    /// Writes all the bytes to a position in the file. The descriptor's own offset is left alone.
    ///
    /// Interrupted and short writes are continued. Blocks while the disk works: not for event loops.
    ///
    /// - Parameter offset: in bytes from the beginning of the file; not negative.
    /// - Throws: the errno of pwrite(2); `ioError` where nothing at all is taken. Some bytes may have been written then.
    package func writeFully(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count: Int
            do {
                count = try self.write(toAbsoluteOffset: offset + Int64(written), rest)
            } catch let error as Errno {
                throw error
            } catch {
                // swift-system documents Errno as its only error here.
                throw .ioError
            }
            guard count > 0 else { throw .ioError }
            written += count
        }
    }
}
