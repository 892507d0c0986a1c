/// HEIC and AVIF: boxes and items (ISO/IEC 23008-12).
///
/// Everything keeps its place and its length, because items are found by offsets: EXIF becomes an empty structure, XMP and other
/// texts an empty document, private boxes become free space. Orientation is a property of the item (`irot`, `imir`) and stays;
/// EXIF's own is not for showing (section A.2.1). What lies behind the last box that pictures need, such as the film of a
/// "motion photo", is cut off.
enum HeifMetadata {
    private static let needed: Set<String> = ["ftyp", "meta", "mdat", "idat", "moov", "moof", "sidx", "styp"]

    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        let boxes = try BoxView.list(in: 0..<bytes.count, of: bytes)
        guard boxes.first?.type == "ftyp" else { throw MetadataFault("no file type box") }
        var overlays: [Overlay] = []
        var end = 0
        for box in boxes {
            switch box.type {
            case "meta":
                // A full box: version and flags come first.
                guard box.content.count >= 4 else { throw MetadataFault("an empty meta box") }
                let content = box.content.lowerBound + 4..<box.content.upperBound
                let items = try HeifItems(bytes, meta: content)
                end = max(end, items.end)
                overlays += items.metadata.flatMap(Overlay.blanking)
                overlays += try BoxView.list(in: content, of: bytes).filter { $0.type == "uuid" }.flatMap(
                    Overlay.freeing
                )
            case "moov":
                overlays += try Self.userData(in: box, of: bytes).flatMap(Overlay.freeing)
            case _ where !Self.needed.contains(box.type):
                overlays += Overlay.freeing(box)
            default: break
            }
        }
        let last = boxes.last { Self.needed.contains($0.type) }?.range.upperBound ?? 0
        try Self.apply(overlays, upTo: max(last, min(end, bytes.count)), of: bytes, into: &splice)
    }

    /// What image sequences say about themselves: in the movie and in its tracks.
    private static func userData(in movie: BoxView, of bytes: ByteView) throws(MetadataFault) -> [BoxView] {
        var found: [BoxView] = []
        for box in try BoxView.list(in: movie.content, of: bytes) {
            switch box.type {
            case "udta", "meta", "uuid": found.append(box)
            case "trak":
                found += try BoxView.list(in: box.content, of: bytes)
                    .filter { ["udta", "meta", "uuid"].contains($0.type) }
            default: break
            }
        }
        return found
    }

    private static func apply(
        _ overlays: [Overlay],
        upTo end: Int,
        of bytes: ByteView,
        into splice: inout SpliceBuilder
    ) throws(MetadataFault) {
        var offset = 0
        for overlay in overlays.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            guard overlay.range.lowerBound < end else { break }
            guard overlay.range.lowerBound >= offset else { throw MetadataFault("metadata that overlaps") }
            splice.keep(offset..<overlay.range.lowerBound)
            splice.replace(overlay.range, with: overlay.bytes)
            offset = overlay.range.upperBound
        }
        splice.keep(min(offset, end)..<end)
    }
}

/// New bytes for a place in the file.
private struct Overlay {
    var range: Range<Int>
    /// As many as the range has.
    var bytes: [UInt8]

    /// An item without its content, in the form that readers of its kind accept.
    static func blanking(_ item: HeifItems.Metadata) -> [Overlay] {
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
            return Overlay(range: extent, bytes: Array(rest.prefix(extent.count)))
        }
    }

    /// A box as free space of the same size.
    static func freeing(_ box: BoxView) -> [Overlay] {
        let name = box.range.lowerBound + 4
        return [
            Overlay(range: name..<name + 4, bytes: Array("free".utf8)),
            Overlay(range: box.content, bytes: [UInt8](repeating: 0, count: box.content.count)),
        ].filter { !$0.range.isEmpty }
    }
}
