import MediaCore

/// The first directory of a TIFF or BigTIFF, of EXIF too (TIFF 6.0 section 2; BigTIFF: http://bigtiff.org).
struct TiffDirectory {
    private var values: [Int: [Int]] = [:]
    private let length: Int

    private static let maximumValues = 1_000_000
    private static let maximumEntries = 65535
    /// What is read here; of other tags nothing is kept, however many values they claim.
    private static let known: Set<Int> = [256, 257, 258, 259, 262, 273, 274, 277, 279, 324, 325, 339]
    /// Bytes of the whole numbers among the types: unsigned, signed, places of directories.
    private static let widths = [1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8]

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else { return nil }
        let isLittle = bytes[0] == 0x49
        func number(_ offset: Int, _ width: Int) -> Int? {
            guard offset >= 0, offset <= bytes.count - width else { return nil }
            let field = bytes[offset..<offset + width]
            let value =
                isLittle
                ? field.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                : field.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int(exactly: value)
        }
        let isBig = number(2, 2) == 43
        guard isBig || number(2, 2) == 42, let directory = isBig ? number(8, 8) : number(4, 4),
            let count = number(directory, isBig ? 8 : 2), count <= Self.maximumEntries
        else { return nil }
        self.length = bytes.count
        let (room, size) = isBig ? (8, 20) : (4, 12)
        for index in 0..<count {
            let entry = directory + (isBig ? 8 : 2) + size * index
            guard let tag = number(entry, 2), let type = number(entry + 2, 2), let many = number(entry + 4, room) else {
                return nil
            }
            guard Self.known.contains(tag), self.values[tag] == nil, let width = Self.widths[type],
                many <= Self.maximumValues
            else { continue }
            let field = entry + 4 + room
            guard let place = many * width <= room ? field : number(field, room) else { return nil }
            var found: [Int] = []
            for value in 0..<many {
                guard let value = number(place + value * width, width) else { return nil }
                found.append(value)
            }
            self.values[tag] = found
        }
    }

    /// EXIF's 1...8, of whatever type: SHORT is right, and old software writes LONG and SLONG.
    var orientation: Int {
        let value = self.value(274, or: 1)
        return (1...8).contains(value) ? value : 1
    }

    private func value(_ tag: Int, or fallback: Int) -> Int { self.values[tag]?.first ?? fallback }

    /// What libvips or libtiff refuse; nil where all is ordinary, or strips or tiles are missing.
    var variant: PictureVariant? {
        let size = PixelSize(width: self.value(256, or: 0), height: self.value(257, or: 0))
        guard size.width > 0, size.height > 0, self.isWhole, let name = self.name else { return nil }
        let model: ColorModel
        switch self.value(262, or: 1) {
        case 0, 1: model = .grey
        case 2, 3, 6: model = .rgb
        case 5: model = .cmyk
        default: model = .other
        }
        return PictureVariant(name: "TIFF with \(name)", size: size, colorModel: model)
    }

    private var name: String? {
        let bits = self.values[258] ?? [1]
        let isFloat = self.value(339, or: 1) == 3
        if self.value(259, or: 1) == 6 { return "old-style JPEG compression" }
        if Set(bits).count > 1 { return "channels of different depths" }
        let depth = bits.first ?? 1
        if isFloat, ![16, 32, 64].contains(depth) { return "floating point numbers of \(depth) bits" }
        if depth > 32, depth != 64 { return "\(depth) bits" }
        if self.value(277, or: 1) > TiffPicture.maximumSamples { return "\(self.value(277, or: 1)) samples" }
        if self.value(339, or: 1) > 3 { return "complex numbers" }
        if ![0, 1, 2, 3, 5, 6, 8].contains(self.value(262, or: 1)) {
            return "colours of kind \(self.value(262, or: 1))"
        }
        return [1, 2, 3, 4, 5, 7, 8, 32773, 32946].contains(self.value(259, or: 1))
            ? nil : "compression \(self.value(259, or: 1))"
    }

    private var isWhole: Bool {
        // Old-style JPEG says it in its own words, and often wrongly.
        guard self.value(259, or: 1) != 6 else { return true }
        for (offsets, counts) in [(273, 279), (324, 325)] {
            guard let offsets = self.values[offsets], let counts = self.values[counts] else { continue }
            return offsets.count == counts.count
                && zip(offsets, counts).allSatisfy { $0 <= self.length && $1 <= self.length - $0 }
        }
        return false
    }
}
