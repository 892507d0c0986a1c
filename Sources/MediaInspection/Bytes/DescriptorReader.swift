import MediaCore
import SystemPackage

/// A file behind a descriptor, whose own offset is left alone.
struct DescriptorReader: ByteReader {
    var descriptor: Int32
    var length: Int64

    func read(at offset: Int64, count: Int) throws(ContainerFault) -> [UInt8] {
        guard offset >= 0, offset < self.length, count > 0 else { return [] }
        let wanted = Int(min(Int64(count), self.length - offset))
        do {
            return try FileDescriptor(rawValue: self.descriptor).bytes(at: offset, count: wanted)
        } catch {
            throw .unreadable(error)
        }
    }
}
