import IsoMedia
import MediaCore
import SystemPackage

extension FileBox {
    /// More boxes side by side are not read.
    private static let maximumSiblings = 10_000

    /// The boxes that lie side by side in `range`. What is left at its end and too short for a box is ignored.
    static func list(in range: Range<Int>, of bytes: ByteView) throws(MetadataFault) -> [FileBox] {
        do throws(IsoMediaFault) {
            return try self.list(
                in: Int64(range.lowerBound)..<Int64(range.upperBound),
                of: bytes,
                atMost: self.maximumSiblings
            )
        } catch {
            throw MetadataFault("\(error)")
        }
    }

    /// With its header.
    var range: Range<Int> { Int(self.start)..<Int(self.end) }

    /// Without.
    var contentRange: Range<Int> { Int(self.content)..<Int(self.end) }
}

extension ByteView: ByteSource {
    var length: Int64 { Int64(self.count) }

    func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        guard offset >= 0, offset < self.length, count > 0 else { return [] }
        let start = Int(offset)
        return self.array(start..<start + min(count, self.count - start))
    }
}
