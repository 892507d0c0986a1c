import MediaCore

/// The directories of a TIFF file: what tells a raw photograph, which has a small picture in front, from a picture.
///
/// Sources: TIFF 6.0 section 2, TIFF technical note 1 (SubIFDs), Adobe's DNG specification 1.7 (DNGVersion, NewSubFileType), TIFF/EP
/// (ISO 12234-2) section 5.2.13 (the picture of a colour filter array).
struct TiffDirectories {
    /// Carries the number of a version of DNG.
    private var isDNG = false
    /// One of its pictures is what the sensor saw.
    private var isRaw = false
    /// Who made the camera, in capitals.
    private var maker = ""
    /// Of the directory that holds the raw picture, as it is to be shown.
    private(set) var rawSize: PixelSize?

    /// The kind of raw photograph; nil for a picture.
    var rawType: MediaType? {
        if self.isDNG { return .dng }
        guard self.isRaw else { return nil }
        return Self.makers.first { self.maker.hasPrefix($0.prefix) }.map { MediaType($0.essence) }
    }

    private static let makers: [(prefix: String, essence: String)] = [
        ("NIKON", "image/x-nikon-nef"), ("SONY", "image/x-sony-arw"), ("PENTAX", "image/x-pentax-pef"),
        ("RICOH", "image/x-pentax-pef"), ("ASAHI", "image/x-pentax-pef"), ("SAMSUNG", "image/x-samsung-srw"),
        ("CANON", "image/x-canon-cr2"), ("EASTMAN KODAK", "image/x-kodak-dcr"), ("KODAK", "image/x-kodak-dcr"),
        ("HASSELBLAD", "image/x-hasselblad-3fr"), ("SEIKO EPSON", "image/x-epson-erf"),
        ("MAMIYA", "image/x-mamiya-mef"),
        ("PHASE ONE", "image/x-phaseone-iiq"), ("LEAF", "image/x-leaf-mos"), ("OLYMPUS", "image/x-olympus-orf"),
        ("PANASONIC", "image/x-panasonic-rw2"), ("LEICA", "image/x-leica-rwl"), ("FUJIFILM", "image/x-fuji-raf"),
    ]
    /// PhotometricInterpretation: a colour filter array, linear raw data.
    private static let rawColors: Set<Int> = [32803, 34892]
    /// Compressions that only cameras write: Sony, Samsung, Nikon, Kodak, Pentax.
    private static let rawCompressions: Set<Int> = [32767, 32769, 32770, 32772, 34713, 65000, 65535]
    private static let maximumDirectories = 64
    /// Sides of pictures that exist, in pixels; their product fits.
    private static let sides = 1...1 << 30
    private static let maximumEntries = 500

    /// Nil for what is no TIFF, and for one whose directories lead nowhere: the decoder has the word.
    init?(_ base: some ByteSource) {
        var reader = MeteredReader(base, reads: 1000, bytes: 4 << 20)
        guard let head = try? reader.read(at: 0, upTo: 8) else { return nil }
        let isLittle = head.starts(with: [0x49, 0x49, 42, 0])
        guard isLittle || head.starts(with: [0x4D, 0x4D, 0, 42]) else { return nil }
        func number(_ fields: ByteFields, _ offset: Int, _ width: Int) -> Int? {
            let value = isLittle ? fields.littleEndian(offset, width: width) : fields.unsigned(offset, width: width)
            return value.map { Int($0) }
        }
        var waiting = [number(head, 4, 4) ?? 0]
        var seen: Set<Int> = []
        var orientation = 1
        while let place = waiting.popLast(), seen.count < Self.maximumDirectories {
            guard place >= 8, seen.insert(place).inserted,
                let count = (try? reader.read(at: Int64(place), upTo: 2)).flatMap({
                    number($0, 0, 2)
                }), count <= Self.maximumEntries,
                let entries = try? reader.read(at: Int64(place + 2), upTo: count * 12 + 4)
            else { continue }
            var values: [Int: Int] = [:]
            for index in 0..<count {
                let entry = index * 12
                guard let tag = number(entries, entry, 2), let kind = number(entries, entry + 2, 2),
                    let amount = number(entries, entry + 4, 4),
                    let value = number(entries, entry + 8, kind == 3 ? 2 : 4)
                else { break }
                if tag == 330 {
                    waiting += amount == 1 ? [value] : Self.places(at: value, count: amount, &reader, number)
                }
                values[tag] = value
                if tag == 271, self.maker.isEmpty, amount > 4, amount < 100,
                    let name = try? reader.read(at: Int64(value), upTo: amount)
                {
                    self.maker = String(decoding: name.bytes, as: UTF8.self).uppercased()
                }
            }
            if values[0xC612] != nil { self.isDNG = true }
            self.isRaw =
                self.isRaw || values[262].map(Self.rawColors.contains) ?? false
                || values[259].map(Self.rawCompressions.contains) ?? false
            if seen.count == 1 { orientation = values[274] ?? 1 }
            if let next = number(entries, count * 12, 4), next > 0 { waiting.append(next) }
            guard values[254] ?? 0 == 0, let width = values[256], let height = values[257],
                Self.sides.contains(width), Self.sides.contains(height)
            else { continue }
            let size = PixelSize(width: width, height: height)
            if size.pixels > self.rawSize?.pixels ?? 0 { self.rawSize = size }
        }
        if orientation >= 5, orientation <= 8, let size = self.rawSize {
            self.rawSize = PixelSize(width: size.height, height: size.width)
        }
    }

    private static func places(
        at offset: Int,
        count: Int,
        _ reader: inout MeteredReader<some ByteSource>,
        _ number: (ByteFields, Int, Int) -> Int?
    ) -> [Int] {
        let count = min(count, Self.maximumDirectories)
        guard let fields = try? reader.read(at: Int64(offset), upTo: count * 4) else { return [] }
        return (0..<count).compactMap { number(fields, $0 * 4, 4) }
    }
}
