/// JPEG XL: boxes (ISO/IEC 18181-2). The code stream has size, colours and orientation itself.
enum JxlMetadata {
    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        // A bare code stream holds nothing else.
        guard bytes.u32(0) == 12, bytes.starts(with: "JXL ", at: 4) else { return splice.keep(0..<bytes.count) }
        var position = 0
        while let size = bytes.u32(position) {
            let head = size == 1 ? 16 : 8
            let length = size == 1 ? bytes.bigEndian(position + 8, width: 8) : size
            guard let length, length == 0 || length >= head else { throw MetadataFault("a box") }
            let end = length == 0 ? bytes.count : position.addingReportingOverflow(length).partialValue
            guard end > position, end <= bytes.count else { throw MetadataFault("a box without its end") }
            let name = String(decoding: bytes.array(position + 4..<position + 8), as: UTF8.self)
            // `jbrd` tells how to make the JPEG again that it was, with all that is gone now.
            if ["JXL ", "ftyp", "jxll", "jxlc", "jxlp"].contains(name) { splice.keep(position..<end) }
            position = end
        }
    }
}
