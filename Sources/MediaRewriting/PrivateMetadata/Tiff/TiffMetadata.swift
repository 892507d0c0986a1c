import IsoMedia
import MediaCore

/// TIFF, BigTIFF and DNG: directories of tags.
///
/// Strips and tiles keep their places. Directories lose the entries that no decoder needs: EXIF with maker notes, positions, XMP,
/// IPTC, Photoshop's resources and layers, descriptions, dates, names of people, programs, cameras and their serial numbers. What no
/// remaining entry names becomes zeros, so that nothing is left of their values; what lies behind the last is cut off. Where decoders
/// have to guess the length of a picture, only the values of entries that go become zeros.
struct TiffMetadata {
    private(set) var changes: [MovieBlanking.Change] = []
    /// Where the new file ends.
    private(set) var end: Int64

    private let reader: TiffReader
    private var places = TiffPlaces()
    private var gone: [Range<Int64>] = []
    private var seen: Set<Int64> = []
    private var isDNG = false
    private var hasMakerNote = false
    private var isRaw = false

    private static let maximumDirectories = 70_000

    /// - Throws: ``MetadataFault`` where the file cannot be followed.
    init(_ source: any ByteSource) throws(MetadataFault) {
        self.reader = try TiffReader(source)
        self.end = source.length
        try self.places.add(self.reader.head)
        try self.filter(chainAt: self.reader.firstDirectory, depth: 0)
        guard !self.seen.isEmpty else { throw MetadataFault("no directory") }
        if self.isRaw, self.hasMakerNote, !self.isDNG { throw MetadataFault.rawPhotograph }
        let used = Self.joined(self.places.used)
        try self.check()
        let zeros: [Range<Int64>]
        if self.places.areComplete {
            self.end = min(used.last?.upperBound ?? 0, source.length)
            zeros = Self.parts(of: 0..<self.end, without: used)
        } else {
            zeros = Self.joined(self.gone).flatMap { Self.parts(of: $0, without: used) }
        }
        self.changes += zeros.map { .zeros($0) }
        for stream in self.places.jpegStreams { self.changes += try JpegBlanking.changes(in: stream, of: source) }
        self.changes.sort { $0.range.lowerBound < $1.range.lowerBound }
        try self.removeDoubles()
    }

    private mutating func filter(chainAt start: Int64, depth: Int) throws(MetadataFault) {
        var next = start
        while next != 0, self.seen.insert(next).inserted {
            guard self.seen.count < Self.maximumDirectories, depth < 8 else {
                throw MetadataFault("too many directories")
            }
            let directory = try self.reader.directory(at: next)
            try self.filter(directory, depth: depth)
            next = directory.next
        }
    }

    private mutating func filter(_ directory: TiffReader.Directory, depth: Int) throws(MetadataFault) {
        var kept: [TiffReader.Entry] = []
        for entry in directory.entries {
            switch entry.tag {
            case _ where TiffTags.isNeeded(entry.tag):
                kept.append(entry)
                if !entry.isInline { try self.places.add(entry.value) }
                try self.look(at: entry, depth: depth)
            case _ where TiffTags.directoriesThatGo.contains(entry.tag):
                for place in try self.reader.numbers(of: entry).prefix(16) { try self.remove(at: place, depth: depth) }
            default:
                if entry.tag == TiffTags.makerData { self.hasMakerNote = true }
                if !entry.isInline { self.gone.append(entry.value) }
            }
        }
        try self.places.add(pictureOf: directory, in: self.reader)
        guard kept.count < directory.entries.count else { return try self.places.add(directory.range) }
        let bytes = self.reader.bytes(of: directory, with: kept)
        let end = directory.range.lowerBound + Int64(bytes.count)
        try self.places.add(directory.range.lowerBound..<end)
        self.gone.append(min(end, directory.range.upperBound)..<directory.range.upperBound)
        self.changes.append(.bytes(bytes, at: directory.range.lowerBound))
    }

    private mutating func look(at entry: TiffReader.Entry, depth: Int) throws(MetadataFault) {
        switch entry.tag {
        case TiffTags.subDirectories:
            for place in try self.reader.numbers(of: entry).prefix(1000) {
                try self.filter(chainAt: place, depth: depth + 1)
            }
        case TiffTags.dngVersion: self.isDNG = true
        // A mosaic, or raw in one plane.
        case 262:
            if [32803, 34892].contains(try self.reader.numbers(of: entry).first ?? 0) { self.isRaw = true }
        // Ways to compress that only cameras have.
        case 259:
            let compression = try self.reader.numbers(of: entry).first ?? 0
            if [32767, 32769, 32770, 34713, 65000, 65535].contains(compression) { self.isRaw = true }
        default: break
        }
    }

    /// A directory that goes, with what it names.
    private mutating func remove(at start: Int64, depth: Int) throws(MetadataFault) {
        guard depth < 8, self.gone.count < Self.maximumDirectories, start > 0,
            let directory = try? self.reader.directory(at: start)
        else { return }
        self.gone.append(directory.range)
        for entry in directory.entries {
            if entry.tag == TiffTags.makerNote { self.hasMakerNote = true }
            if !entry.isInline { self.gone.append(entry.value) }
            guard TiffTags.directoriesThatGo.contains(entry.tag) else { continue }
            for place in try self.reader.numbers(of: entry).prefix(16) { try self.remove(at: place, depth: depth + 1) }
        }
    }

    /// No directory that changes lies in a picture, in another one or in values that stay.
    private func check() throws(MetadataFault) {
        let directories = Set(self.changes.map(\.range))
        var last: Range<Int64> = 0..<0
        for range in self.places.used.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound < last.upperBound, directories.contains(range) || directories.contains(last) {
                throw MetadataFault("a directory among the pictures")
            }
            if range.upperBound > last.upperBound { last = range }
        }
    }

    private mutating func removeDoubles() throws(MetadataFault) {
        var end: Int64 = 0
        var changes: [MovieBlanking.Change] = []
        for change in self.changes where !change.range.isEmpty {
            if change.range.lowerBound < end {
                // The same stream, named by two directories.
                guard change == changes.last else { throw MetadataFault("pictures over each other") }
                continue
            }
            changes.append(change)
            end = change.range.upperBound
        }
        self.changes = changes
    }

    private static func parts(of whole: Range<Int64>, without used: [Range<Int64>]) -> [Range<Int64>] {
        var parts: [Range<Int64>] = []
        var position = whole.lowerBound
        // The first that ends behind the beginning.
        var (low, high) = (0, used.count)
        while low < high {
            let middle = (low + high) / 2
            if used[middle].upperBound <= position { low = middle + 1 } else { high = middle }
        }
        for range in used[low...] {
            guard range.lowerBound < whole.upperBound else { break }
            if range.lowerBound > position { parts.append(position..<range.lowerBound) }
            position = max(position, range.upperBound)
        }
        if position < whole.upperBound { parts.append(position..<whole.upperBound) }
        return parts
    }

    private static func joined(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        var joined: [Range<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
