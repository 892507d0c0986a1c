package import SystemPackage

/// Random access to the bytes of one file. Parsers see a file only through it, so they run on a descriptor in a worker and on an
/// array in tests and fuzzers.
package protocol ByteSource {
    /// The number of bytes in the file.
    var length: Int64 { get }

    /// The bytes from `offset` on: `count` of them, or fewer at the end of the file, none past it.
    /// - Throws: the errno of the read.
    func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8]
}

/// Bytes in memory.
package struct BytesInMemory: ByteSource {
    /// The bytes of the whole file.
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var length: Int64 { Int64(self.bytes.count) }

    package func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        guard offset >= 0, offset < self.length, count > 0 else { return [] }
        let start = Int(offset)
        return Array(self.bytes[start..<start + min(count, self.bytes.count - start)])
    }
}
