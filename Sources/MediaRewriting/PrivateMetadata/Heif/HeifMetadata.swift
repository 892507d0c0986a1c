import IsoMedia

/// HEIC and AVIF: boxes and items (ISO/IEC 23008-12).
///
/// Everything keeps its place and its length, because items are found by offsets: EXIF becomes an empty structure, XMP and other
/// texts an empty document, private boxes become free space, dates become zero. Orientation is a property of the item (`irot`,
/// `imir`) and stays; EXIF's own is not for showing (section A.2.1). What lies behind the last box that pictures need, such as the
/// video of a "motion photo", is cut off.
enum HeifMetadata {
    private static let needed: Set<FourCC> = ["ftyp", "meta", "mdat", "idat", "moov", "moof", "sidx", "styp"]

    /// Boxes of `meta` that say what the pictures are, where they lie and how they are shown.
    private static let neededOfItems: Set<FourCC> = [
        "hdlr", "pitm", "iinf", "iloc", "iprp", "iref", "idat", "dinf", "grpl", "ipro",
    ]

    /// Properties that only tell something: a description, an alternative text, when it was made and changed (section 6.5).
    private static let tellingProperties: Set<FourCC> = ["udes", "altt", "crtt", "mdft"]

    /// Which box is looked into inside of which.
    private static let inner: [FourCC: FourCC] = ["moov": "trak", "trak": "mdia"]

    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        let boxes = try FileBox.list(in: 0..<bytes.count, of: bytes)
        guard boxes.first?.type == "ftyp" else { throw MetadataFault("no file type box") }
        var overlays: [HeifOverlay] = []
        var pictures: [Range<Int>] = []
        var end = boxes.last { Self.needed.contains($0.type) }?.range.upperBound ?? 0
        for box in boxes {
            switch box.type {
            case "meta":
                // A full box: version and flags come first.
                guard box.contentRange.count >= 4 else { throw MetadataFault("an empty meta box") }
                let content = box.contentRange.lowerBound + 4..<box.contentRange.upperBound
                let items = try HeifItems(bytes, meta: content)
                end = max(end, min(items.end, bytes.count))
                pictures += items.pictures
                overlays += items.metadata.flatMap(HeifOverlay.blanking)
                overlays += try Self.itemBoxes(in: content, of: bytes).flatMap(HeifOverlay.freeing)
            case "moov": overlays += try Self.sequence(box, of: bytes)
            // A whole picture in one box, EXIF and all: to free it would be to lose it.
            case "mini": throw MetadataFault("a minimized image")
            case _ where !Self.needed.contains(box.type): overlays += HeifOverlay.freeing(box)
            default: break
            }
        }
        try HeifOverlay.apply(overlays, sparing: pictures, upTo: end, of: bytes, into: &splice)
    }

    /// What `meta` has beside the boxes that are needed, and the properties that are not.
    private static func itemBoxes(in meta: Range<Int>, of bytes: ByteView) throws(MetadataFault) -> [FileBox] {
        let boxes = try FileBox.list(in: meta, of: bytes)
        var found = boxes.filter { !Self.neededOfItems.contains($0.type) }
        for properties in boxes where properties.type == "iprp" {
            for container in try FileBox.list(in: properties.contentRange, of: bytes) where container.type == "ipco" {
                // Items name properties by their number: as free space it keeps the place of the others.
                found += try FileBox.list(in: container.contentRange, of: bytes)
                    .filter { Self.tellingProperties.contains($0.type) }
            }
        }
        return found
    }

    /// What image sequences say about themselves: in the movie, in its tracks and in their media.
    /// - Parameter box: `moov`, or one inside of it.
    private static func sequence(_ box: FileBox, of bytes: ByteView) throws(MetadataFault) -> [HeifOverlay] {
        var overlays: [HeifOverlay] = []
        for child in try FileBox.list(in: box.contentRange, of: bytes) {
            switch child.type {
            case "udta", "meta", "uuid": overlays += HeifOverlay.freeing(child)
            case "mvhd", "tkhd", "mdhd": overlays += try HeifOverlay.forgettingDates(child, of: bytes)
            case Self.inner[box.type]: overlays += try Self.sequence(child, of: bytes)
            default: break
            }
        }
        return overlays
    }
}
