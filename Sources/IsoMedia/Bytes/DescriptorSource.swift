import Glibc
import Primitives
import SystemPackage

/// A file behind a descriptor, whose own offset is left alone.
package struct DescriptorSource: ByteSource {
    private let descriptor: FileDescriptor
    package let length: Int64

    /// - Parameter descriptor: a regular file open for reading; not closed here.
    /// - Throws: ``IsoMediaFault/unreadable(_:)``.
    package init(descriptor: Int32) throws(IsoMediaFault) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(Errno(rawValue: errno)) }
        self.descriptor = FileDescriptor(rawValue: descriptor)
        self.length = Int64(status.st_size)
    }

    package func bytes(at offset: Int64, count: Int) throws(IsoMediaFault) -> [UInt8] {
        guard offset >= 0, offset < self.length, count > 0 else { return [] }
        let wanted = Int(min(Int64(count), self.length - offset))
        do {
            return try self.descriptor.bytes(at: offset, count: wanted)
        } catch {
            throw .unreadable(error)
        }
    }
}
