import IsoMedia

/// The items of a HEIF file: what they are and where their bytes lie (ISO/IEC 14496-12 sections 8.11.3 and 8.11.6).
struct HeifItems {
    /// Extents of items that are no pictures: EXIF, XMP and other texts, item by item; counted from the file's beginning.
    private(set) var metadata: [Metadata] = []
    /// Extents of all other items, which must not be touched.
    private(set) var pictures: [Range<Int>] = []
    /// Where the last byte that any item names ends.
    private(set) var end = 0

    struct Metadata {
        var isExif: Bool
        var extents: [Range<Int>]
    }

    private enum Kind { case picture, exif, text }

    /// Far more than the tiles of the largest picture.
    private static let maximumExtents = 100_000

    /// - Parameter meta: the content of the `meta` box, behind its version and flags.
    init(_ bytes: ByteView, meta: Range<Int>) throws(MetadataFault) {
        let boxes = try FileBox.list(in: meta, of: bytes)
        guard let information = boxes.first(where: { $0.type == "iinf" }),
            let locations = boxes.first(where: { $0.type == "iloc" })
        else { return }
        let kinds = try Self.kinds(in: information, of: bytes)
        let data = boxes.first { $0.type == "idat" }?.contentRange
        var fields = Fields(bytes, locations.contentRange)
        let version = try fields.next(1)
        try fields.skip(3)
        let sizes = try fields.next(2)
        let (offsetWidth, lengthWidth) = (sizes >> 12, sizes >> 8 & 15)
        var named = 0
        var extentsLeft = Self.maximumExtents
        let (baseWidth, indexWidth) = (sizes >> 4 & 15, version == 0 ? 0 : sizes & 15)
        for _ in 0..<(try fields.next(version < 2 ? 2 : 4)) {
            let id = try fields.next(version < 2 ? 2 : 4)
            let method = version == 0 ? 0 : try fields.next(2) & 15
            let reference = try fields.next(2)
            let base = try fields.next(baseWidth)
            var extents: [Range<Int>] = []
            let count = try fields.next(2)
            // Their fields may have no bytes at all: the file's length alone is no bound.
            guard count <= extentsLeft else { throw MetadataFault("too many extents") }
            extentsLeft -= count
            for _ in 0..<count {
                try fields.skip(indexWidth)
                let offset = try fields.next(offsetWidth)
                let length = try fields.next(lengthWidth)
                let start = (method == 1 ? data?.lowerBound ?? 0 : 0).addingReportingOverflow(base)
                let from = start.partialValue.addingReportingOverflow(offset)
                let to = from.partialValue.addingReportingOverflow(length)
                guard !start.overflow, !from.overflow, !to.overflow, from.partialValue >= 0 else {
                    throw MetadataFault("an extent's place")
                }
                extents.append(from.partialValue..<max(from.partialValue, to.partialValue))
            }
            if method == 0 { self.end = max(self.end, extents.map(\.upperBound).max() ?? 0) }
            guard let kind = kinds[id], kind != .picture else {
                // Method 2 counts from another item's beginning, whose own extents are here.
                if method < 2 { self.pictures += extents.filter { !$0.isEmpty } }
                continue
            }
            guard method < 2, reference == 0, extents.allSatisfy({ !$0.isEmpty && bytes.contains($0) }) else {
                throw MetadataFault("metadata that lies somewhere else")
            }
            self.metadata.append(Metadata(isExif: kind == .exif, extents: extents))
            named += extents.reduce(0) { $0 + $1.count }
            guard named <= bytes.count else { throw MetadataFault("metadata that overlaps") }
        }
    }

    /// By item id.
    private static func kinds(in box: FileBox, of bytes: ByteView) throws(MetadataFault) -> [Int: Kind] {
        var fields = Fields(bytes, box.contentRange)
        let version = try fields.next(1)
        try fields.skip(3)
        try fields.skip(version == 0 ? 2 : 4)
        var kinds: [Int: Kind] = [:]
        for entry in try FileBox.list(in: fields.rest, of: bytes) where entry.type == "infe" {
            var fields = Fields(bytes, entry.contentRange)
            let version = try fields.next(1)
            try fields.skip(3)
            // Versions 0 and 1 have no type: they name files of other formats, which nobody shows.
            guard version >= 2 else { throw MetadataFault("an item without a type") }
            let id = try fields.next(version == 2 ? 2 : 4)
            try fields.skip(2)
            switch try fields.fourCC() {
            case "Exif": kinds[id] = .exif
            case "mime", "uri ": kinds[id] = .text
            default: kinds[id] = .picture
            }
        }
        return kinds
    }
}

/// Reads a box's content field by field.
private struct Fields {
    private let bytes: ByteView
    private(set) var rest: Range<Int>

    init(_ bytes: ByteView, _ range: Range<Int>) {
        self.bytes = bytes
        self.rest = range
    }

    /// A big-endian number of 0 to 8 bytes; 0 for none.
    mutating func next(_ width: Int) throws(MetadataFault) -> Int {
        guard width <= self.rest.count, let value = self.bytes.bigEndian(self.rest.lowerBound, width: width) else {
            throw MetadataFault("a box that ends too early")
        }
        self.rest = self.rest.lowerBound + width..<self.rest.upperBound
        return value
    }

    mutating func skip(_ count: Int) throws(MetadataFault) {
        guard count <= self.rest.count else { throw MetadataFault("a box that ends too early") }
        self.rest = self.rest.lowerBound + count..<self.rest.upperBound
    }

    mutating func fourCC() throws(MetadataFault) -> FourCC {
        FourCC(rawValue: UInt32(truncatingIfNeeded: try self.next(4)))
    }
}
