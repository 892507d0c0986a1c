import Glibc
package import MediaCore

/// A file that is sound, as far as its structure tells, in a variant of its format that the decoders at hand do not read.
///
/// It is looked for only where a decoder refused: a newer one that reads the variant is not kept from it.
package struct PictureVariant: Hashable, Sendable {
    /// What it is called, for people.
    package var name: String
    /// By its header.
    package var size: PixelSize
    package var colorModel: ColorModel

    /// - Returns: nil where the file is of an ordinary kind, or cut off.
    package static func of(_ source: PictureSource) -> PictureVariant? {
        switch source.type {
        case .jpeg: self.jpeg(source.bytes)
        case .tiff: TiffDirectory(source.bytes)?.variant
        default: nil
        }
    }

    /// JPEG beyond 8 bits and Huffman coding: ISO/IEC 10918-1 table B.1 lists the frames. libjpeg reads 8 bits, sequential and
    /// progressive.
    private static func jpeg(_ bytes: UnsafeRawBufferPointer) -> PictureVariant? {
        var offset = 2
        var found: PictureVariant?
        while offset + 9 < bytes.count, bytes[offset] == 0xFF {
            let marker = bytes[offset + 1]
            func number(_ at: Int) -> Int { Int(bytes[offset + at]) << 8 | Int(bytes[offset + at + 1]) }
            switch marker {
            case 0xFF:
                offset += 1
                continue
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF, 0xF7:
                let precision = Int(bytes[offset + 4])
                let process: String
                switch marker {
                case 0xC3, 0xCB: process = "lossless JPEG"
                case 0xC5...0xC7, 0xCD...0xCF: process = "hierarchical JPEG"
                case 0xF7: process = "JPEG-LS"
                default: process = "JPEG"
                }
                let size = PixelSize(width: number(7), height: number(5))
                let isOrdinary = precision == 8 && process == "JPEG"
                guard !isOrdinary, size.width > 0, size.height > 0 else { return nil }
                let name = precision == 8 ? process : "\(process) of \(precision) bits"
                let components = offset + 9 < bytes.count ? bytes[offset + 9] : 3
                let model: ColorModel = components == 1 ? .grey : components == 4 ? .cmyk : .rgb
                found = PictureVariant(name: name, size: size, colorModel: model)
            case 0xDA:
                // Whole: the end is marked, whatever a camera put behind it as padding.
                var end = bytes.count
                while end > offset, bytes[end - 1] == 0 { end -= 1 }
                return end >= 2 && bytes[end - 2] == 0xFF && bytes[end - 1] == 0xD9 ? found : nil
            default: break
            }
            offset += 2 + max(2, number(2))
        }
        return nil
    }
}

/// The first directory of a TIFF (TIFF 6.0 section 2; BigTIFF is not read).
struct TiffDirectory {
    private var values: [Int: [Int]] = [:]
    private let length: Int

    private static let maximumValues = 1_000_000

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else { return nil }
        let isLittle = bytes[0] == 0x49
        func number(_ offset: Int, _ width: Int) -> Int? {
            guard offset >= 0, offset <= bytes.count - width else { return nil }
            let field = bytes[offset..<offset + width]
            return isLittle
                ? field.reversed().reduce(0) { $0 << 8 | Int($1) } : field.reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else { return nil }
        self.length = bytes.count
        for index in 0..<count {
            let entry = directory + 2 + 12 * index
            guard let tag = number(entry, 2), let type = number(entry + 2, 2), let many = number(entry + 4, 4) else {
                return nil
            }
            guard let width = [1: 1, 3: 2, 4: 4][type], many <= Self.maximumValues else { continue }
            guard let place = many * width <= 4 ? entry + 8 : number(entry + 8, 4) else { return nil }
            var found: [Int] = []
            for value in 0..<many {
                guard let value = number(place + value * width, width) else { return nil }
                found.append(value)
            }
            self.values[tag] = found
        }
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
        if isFloat, depth != 32 { return "floating point numbers of \(depth) bits" }
        if ![1, 8, 16, 32].contains(depth) { return "\(depth) bits" }
        if self.value(284, or: 1) == 2 { return "separate planes" }
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
                && zip(offsets, counts).allSatisfy { $0 + $1 <= self.length }
        }
        return false
    }
}
