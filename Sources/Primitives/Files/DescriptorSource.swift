import Glibc
package import SystemPackage

/// A file behind a descriptor, whose own offset is left alone.
package struct DescriptorSource: ByteSource {
    private let descriptor: FileDescriptor
    package let length: Int64

    /// - Parameters:
    ///   - descriptor: a regular file open for reading; not closed here.
    ///   - length: of the file, in bytes; nothing behind it is read.
    package init(descriptor: Int32, length: Int64) {
        self.descriptor = FileDescriptor(rawValue: descriptor)
        self.length = length
    }

    /// A file as long as it is now.
    /// - Parameter descriptor: a regular file open for reading; not closed here.
    /// - Throws: the errno of fstat(2).
    package init(descriptor: Int32) throws(Errno) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Errno(rawValue: errno) }
        self.init(descriptor: descriptor, length: Int64(status.st_size))
    }

    package func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        guard offset >= 0, offset < self.length, count > 0 else { return [] }
        return try self.descriptor.bytes(at: offset, count: Int(min(Int64(count), self.length - offset)))
    }
}
