/// Random access to the bytes of one file: a descriptor in a worker, an array in tests and fuzzers.
package protocol ByteSource {
    /// The number of bytes in the file.
    var length: Int64 { get }

    /// The bytes from `offset` on: `count` of them, or fewer at the end of the file, none past it.
    /// - Throws: ``IsoMediaFault/unreadable(_:)``.
    func bytes(at offset: Int64, count: Int) throws(IsoMediaFault) -> [UInt8]
}

/// Bytes in memory.
package struct BytesInMemory: ByteSource {
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var length: Int64 { Int64(self.bytes.count) }

    package func bytes(at offset: Int64, count: Int) throws(IsoMediaFault) -> [UInt8] {
        guard offset >= 0, offset < self.length, count > 0 else { return [] }
        let start = Int(offset)
        return Array(self.bytes[start..<start + min(count, self.bytes.count - start)])
    }
}
