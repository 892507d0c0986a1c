import MediaCore

/// Which bytes of a TIFF file its pictures are in, and whether that is known of all.
struct TiffPlaces {
    /// What decoders read.
    private(set) var used: [Range<Int64>] = []
    /// Whether decoders read nothing else. Where they guess a length themselves, it is not known.
    private(set) var areComplete = true
    /// Streams of JPEG, which can have private data of their own.
    private(set) var jpegStreams: [Range<Int64>] = []

    private static let maximumRanges = 4_000_000
    /// Tiles of larger pictures are written by programs that put nothing into each of them.
    private static let maximumStreams = 256

    mutating func add(_ range: Range<Int64>) throws(MetadataFault) {
        guard !range.isEmpty else { return }
        guard self.used.count < Self.maximumRanges else { throw MetadataFault("too many strips") }
        self.used.append(range)
    }

    /// The strips or tiles of a directory.
    mutating func add(
        pictureOf directory: TiffReader.Directory,
        in reader: TiffReader
    ) throws(MetadataFault) {
        var values: [Int: [Int64]] = [:]
        let wanted = [
            256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 322, 323, 324, 325, 513, 514, 519, 520, 521,
        ]
        for entry in directory.entries where wanted.contains(entry.tag) {
            values[entry.tag] = try reader.numbers(of: entry)
        }
        // Old-style JPEG keeps its tables wherever it likes.
        if values[519] != nil || values[520] != nil || values[521] != nil { self.areComplete = false }
        if let start = values[513]?.first {
            if let length = values[514]?.first, let range = Self.range(start, length, in: reader) {
                try self.add(range)
                self.jpegStreams.append(range)
            } else {
                self.areComplete = false
            }
        }
        let compression = values[259]?.first ?? 1
        for (places, lengths, isTiled) in [(values[273], values[279], false), (values[324], values[325], true)] {
            guard let places else { continue }
            let plain = compression == 1 ? Self.plainLengths(values, isTiled: isTiled, count: places.count) : nil
            try self.add(places, lengths, plain, in: reader)
            guard let lengths, compression == 7 || compression == 34892, places.count <= Self.maximumStreams else {
                continue
            }
            self.jpegStreams += zip(places, lengths).compactMap { Self.range($0, $1, in: reader) }
        }
        // JPEG of the old style by strips: decoders look for its tables around them.
        if compression == 6, values[513] == nil { self.areComplete = false }
    }

    /// - Parameters:
    ///   - lengths: as the file says.
    ///   - plain: as decoders reckon where the picture is not compressed.
    private mutating func add(
        _ places: [Int64],
        _ lengths: [Int64]?,
        _ plain: (each: Int64, all: Int64)?,
        in reader: TiffReader
    ) throws(MetadataFault) {
        let ranges = zip(places, lengths ?? []).map { place, length in
            // Neither place nor length: a tile that is not there.
            place == 0 && length == 0 ? 0..<0 : Self.range(place, length, in: reader)
        }
        let sum = ranges.reduce(Int64(0)) { $0 + Int64($1?.count ?? 0) }
        let isKnown = ranges.count == places.count && !ranges.contains(nil)
        for range in ranges { if let range { try self.add(range) } }
        if isKnown, sum >= plain?.all ?? 0 { return }
        guard let plain else {
            self.areComplete = false
            return
        }
        for place in places where place >= reader.head.upperBound && place < reader.source.length {
            try self.add(place..<place + min(plain.each, reader.source.length - place))
        }
    }

    private static func range(_ start: Int64, _ length: Int64, in reader: TiffReader) -> Range<Int64>? {
        guard start >= reader.head.upperBound, length > 0, start <= reader.source.length - length else { return nil }
        return start..<start + length
    }

    /// How many bytes a strip or tile has that is not compressed, and all together at least; nil where that is not known.
    private static func plainLengths(
        _ values: [Int: [Int64]],
        isTiled: Bool,
        count: Int
    ) -> (each: Int64, all: Int64)? {
        let samples = values[277]?.first ?? 1
        // Of YCbCr some samples are left out.
        guard values[262]?.first != 6, let widest = (values[258] ?? [1]).max(), (1...64).contains(widest),
            (1...1024).contains(samples), let width = values[isTiled ? 322 : 256]?.first,
            let height = values[257]?.first, (1...1 << 24).contains(width), (1...1 << 24).contains(height)
        else { return nil }
        let isApart = values[284]?.first == 2
        let row = (width * (isApart ? widest : widest * samples) + 7) / 8
        if isTiled {
            guard let rows = values[323]?.first, (1...1 << 20).contains(rows) else { return nil }
            let (all, overflows) = (row * rows).multipliedReportingOverflow(by: Int64(count))
            return overflows ? nil : (row * rows, all)
        }
        let rows = min(height, max(1, values[278]?.first ?? height))
        let (all, overflows) = (row * height).multipliedReportingOverflow(by: isApart ? samples : 1)
        return overflows ? nil : (row * rows, all)
    }
}
