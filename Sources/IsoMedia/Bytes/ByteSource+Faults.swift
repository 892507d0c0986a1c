import Primitives

extension ByteSource {
    /// Like `bytes(at:count:)`, with the failure as a fault of the container's.
    /// - Throws: ``IsoMediaFault/unreadable(_:)``.
    func read(at offset: Int64, count: Int) throws(IsoMediaFault) -> [UInt8] {
        do {
            return try self.bytes(at: offset, count: count)
        } catch {
            throw .unreadable(error)
        }
    }
}
