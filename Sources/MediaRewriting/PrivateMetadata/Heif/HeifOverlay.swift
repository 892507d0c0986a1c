import IsoMedia

/// New bytes for a place in a file, as many as were there.
struct HeifOverlay {
    let range: Range<Int>
    let bytes: [UInt8]

    /// An item without its content, in the form that readers of its kind accept.
    static func blanking(_ item: HeifItems.Metadata) -> [HeifOverlay] {
        let count = item.extents.reduce(0) { $0 + $1.count }
        var content: [UInt8]
        if item.isExif {
            // Four bytes tell where the TIFF structure begins behind them.
            content = [0, 0, 0, 0] + ExifOrientation.emptyStructure
            if content.count > count { content = [] }
            content += [UInt8](repeating: 0, count: count - content.count)
        } else {
            content = Array(#"<x:xmpmeta xmlns:x="adobe:ns:meta/"/>"#.utf8)
            if content.count > count { content = [] }
            content += [UInt8](repeating: UInt8(ascii: " "), count: count - content.count)
        }
        var rest = content[...]
        return item.extents.map { extent in
            defer { rest = rest.dropFirst(extent.count) }
            return HeifOverlay(range: extent, bytes: Array(rest.prefix(extent.count)))
        }
    }

    /// A box as free space of the same size.
    static func freeing(_ box: FileBox) -> [HeifOverlay] {
        let name = box.range.lowerBound + 4
        return [
            HeifOverlay(range: name..<name + 4, bytes: Array("free".utf8)),
            HeifOverlay(range: box.contentRange, bytes: [UInt8](repeating: 0, count: box.contentRange.count)),
        ].filter { !$0.range.isEmpty }
    }

    /// `mvhd`, `tkhd` and `mdhd` begin with version and flags, then when it was made and changed (ISO/IEC 14496-12 section 8.2.2).
    static func forgettingDates(_ header: FileBox, of bytes: ByteView) throws(MetadataFault) -> [HeifOverlay] {
        let start = header.contentRange.lowerBound
        let count = bytes.u8(start) == 1 ? 16 : 8
        guard header.contentRange.count >= 4 + count else { throw MetadataFault("a header without dates") }
        return [HeifOverlay(range: start + 4..<start + 4 + count, bytes: [UInt8](repeating: 0, count: count))]
    }

    /// The file up to `end`, with the overlays in it.
    /// - Parameter pictures: what no overlay may touch.
    static func apply(
        _ overlays: [HeifOverlay],
        sparing pictures: [Range<Int>],
        upTo end: Int,
        of bytes: ByteView,
        into splice: inout SpliceBuilder
    ) throws(MetadataFault) {
        let overlays = overlays.filter { $0.range.lowerBound < end }
            .sorted { $0.range.lowerBound < $1.range.lowerBound }
        var offset = 0
        for overlay in overlays {
            guard overlay.range.lowerBound >= offset else { throw MetadataFault("metadata that overlaps") }
            splice.keep(offset..<overlay.range.lowerBound)
            splice.replace(overlay.range, with: overlay.bytes)
            offset = overlay.range.upperBound
        }
        try Self.check(overlays, spare: pictures)
        splice.keep(min(offset, end)..<end)
    }

    /// - Parameter overlays: in their order, none over another.
    private static func check(_ overlays: [HeifOverlay], spare pictures: [Range<Int>]) throws(MetadataFault) {
        var rest = overlays[...]
        for picture in pictures.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            while let first = rest.first, first.range.upperBound <= picture.lowerBound { rest = rest.dropFirst() }
            if let first = rest.first, first.range.lowerBound < picture.upperBound {
                throw MetadataFault("a picture among the metadata")
            }
        }
    }
}
