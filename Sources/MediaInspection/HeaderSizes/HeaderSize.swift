import MediaCore

/// The size of a picture that is stored without being decoded: it stands in the header.
///
/// Nothing is proven by it: a size is what the file claims, as other programs show it too.
enum HeaderSize {
    /// Texts may begin with a long comment.
    private static let prefixBytes = 64 << 10

    /// In pixels, as the picture is shown; nil for types whose header has no size, and where it has none that makes sense.
    static func size(of type: MediaType, in base: some ByteSource) -> PixelSize? {
        var reader = MeteredReader(base, reads: 4000, bytes: 8 << 20)
        guard let prefix = try? reader.read(at: 0, upTo: Self.prefixBytes) else { return nil }
        let found = try? Self.sides(type.essence, prefix, &reader)
        guard let found, let width = Int(exactly: found.width), let height = Int(exactly: found.height),
            Inspection.plausibleSide.contains(width), Inspection.plausibleSide.contains(height)
        else { return nil }
        return PixelSize(width: width, height: height)
    }

    /// Width and height as they stand in a file; nil where they do not.
    struct Sides {
        let width: UInt64
        let height: UInt64

        init?(_ width: UInt64?, _ height: UInt64?) {
            guard let width, let height else { return nil }
            (self.width, self.height) = (width, height)
        }
    }

    private static func sides(
        _ essence: String,
        _ fields: ByteFields,
        _ reader: inout MeteredReader<some ByteSource>
    ) throws(ContainerFault) -> Sides? {
        if let place = FixedPlace.table[essence] { return place.sides(in: fields) }
        switch essence {
        case "image/bmp", "image/x-os2-graphics": return self.bitmap(fields)
        case "image/vnd.microsoft.icon", "image/x-win-bitmap": return try IconDirectory.largest(fields, &reader)
        case "image/jp2", "image/jpx", "image/jpm", "image/jph": return try Jpeg2000Header.sides(inBoxes: &reader)
        case "image/x-jp2-codestream": return Jpeg2000Header.sides(ofCodestream: fields)
        case "image/jls": return try self.jpegLS(&reader)
        case "image/jxr":
            let fields = try TiffFields(&reader)
            return fields.sides(fields.values[0xBC80], fields.values[0xBC81])
        case "image/x-olympus-orf":
            let fields = try TiffFields(&reader)
            return fields.sides(fields.values[256], fields.values[257])
        case "image/x-canon-cr2": return try self.canonCR2(&reader)
        case "image/x-canon-cr3": return try self.canonCR3(&reader)
        case "image/x-panasonic-rw2": return try self.panasonic(&reader)
        case "image/x-pcx", "image/vnd.zbrush.pcx": return self.pcx(fields)
        case "image/x-dpx": return self.dpx(fields)
        case "image/ktx": return self.ktx(fields)
        case "image/x-exr": return self.openEXR(fields)
        case "image/vnd.djvu": return try self.djvu(&reader)
        case "image/x-icns": return try self.icns(&reader)
        case "image/bpg": return self.sevens(fields, at: 6, adding: 0)
        case "image/flif": return self.sevens(fields, at: 6, adding: 1)
        case "image/vnd.wap.wbmp": return self.sevens(fields, at: 2, adding: 0)
        default: return self.text(essence, fields)
        }
    }
}

/// A size that always stands at the same place.
struct FixedPlace {
    private let width: Int
    private let height: Int
    private let bytes: Int
    private let isLittle: Bool

    private init(_ width: Int, _ height: Int, bytes: Int, isLittle: Bool = false) {
        (self.width, self.height, self.bytes, self.isLittle) = (width, height, bytes, isLittle)
    }

    func sides(in fields: ByteFields) -> HeaderSize.Sides? {
        func number(_ offset: Int) -> UInt64? {
            self.isLittle
                ? fields.littleEndian(offset, width: self.bytes) : fields.unsigned(offset, width: self.bytes)
        }
        return HeaderSize.Sides(number(self.width), number(self.height))
    }

    /// By essence. Sources: the formats' own documents, as their names say.
    static let table: [String: FixedPlace] = [
        // Adobe Photoshop File Formats Specification, "File Header"; also of PSB.
        "image/vnd.adobe.photoshop": .init(18, 14, bytes: 4),
        // Truevision TGA 2.0, section C.2, fields 5.3 and 5.4.
        "image/x-tga": .init(12, 14, bytes: 2, isLittle: true),
        // DDS_HEADER: the height comes first.
        "image/vnd.ms-dds": .init(16, 12, bytes: 4, isLittle: true),
        // A row alone (one dimension) has a height of 1 here too.
        "image/x-sgi": .init(6, 8, bytes: 2),
        "image/x-sun-raster": .init(4, 8, bytes: 4),
        "image/qoi": .init(4, 8, bytes: 4),
        "image/x-qoi": .init(4, 8, bytes: 4),
        // JHDR and MHDR, where PNG has IHDR.
        "image/x-jng": .init(16, 20, bytes: 4),
        "video/x-mng": .init(16, 20, bytes: 4),
        "image/x-xcf": .init(14, 18, bytes: 4),
        "image/x-xwindowdump": .init(16, 20, bytes: 4),
        "image/ktx2": .init(20, 24, bytes: 4, isLittle: true),
        "image/x-lss16": .init(4, 6, bytes: 2, isLittle: true),
        "image/x-gem": .init(12, 14, bytes: 2),
        // Autodesk's FLIC.
        "video/x-flc": .init(8, 10, bytes: 2, isLittle: true),
        // The header of IVF: one video stream, its frames behind each other.
        "video/x-ivf": .init(12, 14, bytes: 2, isLittle: true),
    ]
}
