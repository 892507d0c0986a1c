import MediaCore

/// The block structure of a GIF (GIF89a specification, appendix B): shows a file that was cut off.
///
/// The decoder below libvips drops the frames that are not whole, and calls what is left a success.
enum GifBlocks {
    /// True where the file ends inside a block. A missing trailer alone is common and harmless.
    static func isCutOff(_ base: some ByteSource) -> Bool {
        var reader = MeteredReader(base, reads: 2_000_000, bytes: 64 << 20)
        do {
            let head = try reader.read(at: 0, upTo: 13)
            guard let flags = head.u8(10) else { return true }
            var offset = 13 + Self.tableBytes(flags)
            while offset < reader.length {
                switch try reader.read(at: offset, upTo: 1).u8(0) {
                case 0x21:
                    offset += 2
                case 0x2C:
                    guard let flags = try reader.read(at: offset + 9, upTo: 1).u8(0) else { return true }
                    offset += 11 + Self.tableBytes(flags)
                default:
                    // The trailer, or something that only the decoder can judge.
                    return false
                }
                guard try Self.skipSubBlocks(&offset, &reader) else { return true }
            }
            return offset > reader.length
        } catch {
            // Too many blocks to look at: the decoder decides alone.
            return false
        }
    }

    private static func tableBytes(_ flags: UInt8) -> Int64 {
        flags & 0x80 == 0 ? 0 : 3 << Int64(flags & 7 + 1)
    }

    /// False at the end of the file.
    private static func skipSubBlocks(
        _ offset: inout Int64,
        _ reader: inout MeteredReader<some ByteSource>
    ) throws(ContainerFault) -> Bool {
        while let size = try reader.read(at: offset, upTo: 1).u8(0) {
            offset += 1 + Int64(size)
            if size == 0 { return true }
        }
        return false
    }
}
