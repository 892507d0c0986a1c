/// A box of the ISO base media file format (ISO/IEC 14496-12 section 4.2): where it lies.
struct BoxView {
    /// Four characters.
    var type: String
    /// With its header.
    var range: Range<Int>
    /// Without.
    var content: Range<Int>

    /// More boxes side by side are not read.
    private static let maximumCount = 10_000

    /// The boxes that lie side by side in `range`. What is left at its end and too short for a box is ignored.
    static func list(in range: Range<Int>, of bytes: ByteView) throws(MetadataFault) -> [BoxView] {
        var boxes: [BoxView] = []
        var offset = range.lowerBound
        while range.upperBound - offset >= 8, let size32 = bytes.u32(offset) {
            let type = String(decoding: bytes.array(offset + 4..<offset + 8), as: UTF8.self)
            var header = 8
            var size = size32
            if size32 == 1 {
                guard let size64 = bytes.bigEndian(offset + 8, width: 8) else { throw MetadataFault("a box's size") }
                (header, size) = (16, size64)
            } else if size32 == 0 {
                size = range.upperBound - offset
            }
            guard size >= header, size <= range.upperBound - offset, boxes.count < Self.maximumCount else {
                throw MetadataFault("the size of box \(type), or too many")
            }
            let end = offset + size
            boxes.append(BoxView(type: type, range: offset..<end, content: offset + header..<end))
            offset = end
        }
        return boxes
    }
}
