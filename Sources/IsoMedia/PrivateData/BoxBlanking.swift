/// Blanks the boxes of an index: of `moov`, and of `moof`.
struct BoxBlanking {
    private(set) var changes: [MovieBlanking.Change] = []
    /// Those that stay and those that go.
    private(set) var tracks: [TrackBlanking] = []
    /// Of fragments, by track.
    private(set) var defaults: [UInt32: FragmentDefaults] = [:]
    /// Where covers lie in the file: pictures with private data of their own.
    private(set) var covers: [Range<Int64>] = []
    /// Where the content that is being read begins in the file.
    private var base: Int64 = 0

    /// What has to stay, by the box it is in. `udta`, `meta` and headers with dates are looked into.
    private static let needed: [FourCC: Set<FourCC>] = [
        "moov": ["iods", "pssh", "ctab", "clip", "rmra", "prfl"],
        "trak": ["edts", "tref", "tapt", "load", "clip", "matt", "trgr", "txas", "kmat", "imap"],
        "mdia": ["elng"],
    ]

    /// The XML of Google's spherical video, version 1: without it, it is shown flat.
    private static let spherical: [UInt8] = [
        0xFF, 0xCC, 0x82, 0x63, 0xF8, 0x55, 0x4A, 0x93, 0x88, 0x14, 0x58, 0x7A, 0x02, 0x52, 0x1F, 0xDD,
    ]

    /// - Parameters:
    ///   - content: of `moov`.
    ///   - offset: where it begins in the file.
    mutating func blank(movie content: BoxContent, at offset: Int64) throws(IsoMediaFault) {
        self.base = offset
        for box in try content.boxes() {
            switch box.type {
            case "mvhd": try self.forgetDates(box)
            case "trak": try self.blank(track: box)
            case "udta": try self.blank(userData: box)
            case "meta": try self.blank(metadata: box)
            case "mvex": self.defaults = try FragmentDefaults.all(in: box.content)
            case "cmov": throw .unsupported("a compressed index")
            case _ where Self.needed["moov"]?.contains(box.type) ?? false: break
            default: self.free(box)
            }
        }
        // The defaults of a track that is gone.
        let gone = Set(self.tracks.filter { !$0.stays }.map(\.number))
        for box in try content.boxes() where box.type == "mvex" {
            for child in try box.content.boxes() where child.type == "trex" {
                if gone.contains(try child.content.u32(4)) { self.free(child) }
            }
        }
    }

    /// - Parameter content: of `moof`.
    mutating func blank(fragment content: BoxContent, at offset: Int64) throws(IsoMediaFault) {
        self.base = offset
        let gone = Set(self.tracks.filter { !$0.stays }.map(\.number))
        for box in try content.boxes() {
            switch box.type {
            case "mfhd", "pssh": break
            case "traf":
                let boxes = try box.content.boxes()
                if gone.contains(try boxes.required("tfhd").u32(4)) {
                    self.free(box)
                } else {
                    for child in boxes where ["udta", "meta", "free", "skip"].contains(child.type) { self.free(child) }
                }
            default: self.free(box)
            }
        }
    }

    private mutating func blank(track: Box) throws(IsoMediaFault) {
        let found = try TrackBlanking(track.content)
        guard self.tracks.count < 256 else { throw .tooComplex("more than 256 tracks") }
        self.tracks.append(found)
        guard found.stays else { return self.free(track) }
        for box in try track.content.boxes() {
            switch box.type {
            case "tkhd": try self.forgetDates(box)
            case "mdia": try self.blank(media: box, handler: found.handler)
            case "udta": try self.blank(userData: box)
            case "meta": try self.blank(metadata: box)
            case "uuid" where box.content.bytes.starts(with: Self.spherical): break
            case _ where Self.needed["trak"]?.contains(box.type) ?? false: break
            default: self.free(box)
            }
        }
    }

    private mutating func blank(media: Box, handler: FourCC) throws(IsoMediaFault) {
        for box in try media.content.boxes() {
            switch box.type {
            case "mdhd": try self.forgetDates(box)
            case "hdlr": self.forgetName(box)
            case "elng": break
            case "minf":
                for inner in try box.content.boxes() {
                    switch inner.type {
                    case "hdlr": self.forgetName(inner)
                    case "stbl":
                        let table = try inner.content.boxes()
                        for child in table where ["udta", "meta", "free", "skip"].contains(child.type) {
                            self.free(child)
                        }
                        if let entries = table["stsd"] { try self.forgetEncoders(entries, handler) }
                    case "dinf": try self.forgetPlaces(inner)
                    case "udta", "meta", "uuid", "free", "skip", "wide": self.free(inner)
                    default: break
                    }
                }
            default: self.free(box)
            }
        }
    }

    /// Where a medium lies (section 8.7.2): of one in this very file some programs write the path on the disk that it was made on.
    private mutating func forgetPlaces(_ information: Box) throws(IsoMediaFault) {
        for table in try information.content.boxes() where table.type == "dref" {
            for reference in try table.content.boxes(from: 8) where (try? reference.content.u32(0) & 1) == 1 {
                self.zero(reference.content, 4..<reference.content.count)
            }
        }
    }

    /// Cameras name themselves in the descriptions of picture and sound: the vendor, the compressor (section 12.1.3).
    private mutating func forgetEncoders(_ entries: BoxContent, _ handler: FourCC) throws(IsoMediaFault) {
        for entry in try entries.boxes(from: 8) where entry.type == "tmcd" {
            // The reel that the time codes are of.
            for box in (try? entry.content.boxes(from: 26)) ?? [] where box.type == "name" { self.free(box) }
        }
        guard ["vide", "soun"].contains(handler) else { return }
        for entry in try entries.boxes(from: 8) {
            self.zero(entry.content, 12..<16)
            if handler == "vide" { self.zero(entry.content, 42..<74) }
        }
    }

    /// `mvhd`, `tkhd` and `mdhd` begin with version and flags, then when it was made and changed (section 8.2.2).
    private mutating func forgetDates(_ header: Box) throws(IsoMediaFault) {
        self.zero(header.content, 4..<(try header.content.u8(0) == 1 ? 20 : 12))
    }

    /// Of a handler (section 8.4.3): who wrote it, and the name, in which cameras name themselves.
    private mutating func forgetName(_ handler: Box) { self.zero(handler.content, 12..<handler.content.count) }
}

// MARK: User data

extension BoxBlanking {
    /// Titles, roles and chapters of what is shown.
    private static let telling: Set<FourCC> = [
        "name", "titl", "kind", "tsel", "chpl", "ludt", FourCC(rawValue: 0xA96E_616D),
    ]

    /// iTunes' names of what listeners choose by; `----` and the year are looked at.
    private static let neededTags: Set<FourCC> = [
        FourCC(rawValue: 0xA96E_616D), FourCC(rawValue: 0xA941_5254), "aART", FourCC(rawValue: 0xA961_6C62),
        FourCC(rawValue: 0xA967_656E), "gnre", "trkn", "disk", "covr", FourCC(rawValue: 0xA977_7274), "tvsh", "tven",
        "tvsn", "tves", "stik", "cpil", "pgap", "rtng",
    ]

    private mutating func blank(userData: Box) throws(IsoMediaFault) {
        // Some cameras put bytes of their own here.
        guard let boxes = try? userData.content.boxes() else { return self.free(userData) }
        var end = 0
        for box in boxes {
            end += box.whole.count
            switch box.type {
            case "meta": try self.blank(metadata: box)
            case _ where Self.telling.contains(box.type): break
            default: self.free(box)
            }
        }
        self.zero(userData.content, end..<userData.content.count)
    }

    /// Of iTunes' form and of QuickTime's, whose names are beside the values, only what listeners choose by stays.
    private mutating func blank(metadata: Box) throws(IsoMediaFault) {
        // A full box in MP4, a plain one in QuickTime.
        let isPlain = (try? metadata.content.fourCC(4)) == "hdlr"
        guard let boxes = try? metadata.content.boxes(from: isPlain ? 0 : 4), let kind = try? boxes["hdlr"]?.fourCC(8)
        else { return self.free(metadata) }
        if kind == "mdta", try self.blank(keyed: boxes) { return }
        guard kind == "mdir" else { return self.free(metadata) }
        for box in boxes where box.type != "hdlr" {
            guard box.type == "ilst", let tags = try? box.content.boxes() else {
                self.free(box)
                continue
            }
            for tag in tags {
                if !Self.stays(tag) { self.free(tag) }
                guard tag.type == "covr", let pictures = try? tag.content.boxes() else { continue }
                // Behind the type and the place.
                for picture in pictures where picture.type == "data" && picture.content.count > 8 {
                    let start = self.base + Int64(picture.content.range.lowerBound)
                    self.covers.append(start + 8..<start + Int64(picture.content.count))
                }
            }
        }
    }

    /// QuickTime's names, with and without Apple's beginning.
    private static let neededKeys: Set<String> = [
        "title", "displayname", "artist", "album", "album_artist", "composer", "genre", "track", "disc",
    ]

    /// - Returns: false, and nothing changes, where nothing would stay.
    private mutating func blank(keyed boxes: [Box]) throws(IsoMediaFault) -> Bool {
        guard let keys = boxes["keys"], let names = try? keys.boxes(from: 8), names.count <= 1000 else { return false }
        let needed = names.indices.filter { index in
            let name = String(decoding: names[index].content.bytes, as: UTF8.self)
            let beginning = "com.apple.quicktime."
            return Self.neededKeys.contains(
                name.hasPrefix(beginning) ? String(name.dropFirst(beginning.count)) : name
            )
        }
        guard !needed.isEmpty else { return false }
        for box in boxes {
            switch box.type {
            case "hdlr": self.forgetName(box)
            case "keys":
                for index in names.indices where !needed.contains(index) {
                    self.zero(names[index].content, 0..<names[index].content.count)
                }
            case "ilst":
                // Each value is named by the number of its key, from 1.
                for value in (try? box.content.boxes()) ?? [] {
                    if !needed.contains(Int(value.type.rawValue) - 1) { self.free(value) }
                }
            default: self.free(box)
            }
        }
        return true
    }

    private static func stays(_ tag: Box) -> Bool {
        if self.neededTags.contains(tag.type) { return true }
        guard let boxes = try? tag.content.boxes() else { return false }
        switch tag.type {
        // Of a date only the year, behind the type and the place.
        case FourCC(rawValue: 0xA964_6179): return boxes["data"]?.count == 12
        // How many samples an encoder put in front, and how loud it is.
        case "----":
            guard let name = boxes["name"]?.bytes.dropFirst(4) else { return false }
            return ["iTunSMPB", "iTunNORM"].contains(String(decoding: name, as: UTF8.self))
        default: return false
        }
    }
}

// MARK: Changes

extension BoxBlanking {
    /// A box in memory as free space.
    private mutating func free(_ box: Box) {
        let start = self.base + Int64(box.whole.range.lowerBound)
        let head = Int64(box.whole.count - box.content.count)
        self.free(FileBox(type: box.type, start: start, content: start + head, end: start + Int64(box.whole.count)))
    }

    /// A box of the file as free space.
    mutating func free(_ box: FileBox) {
        if !["free", "skip", "wide"].contains(box.type) {
            self.changes.append(.bytes(Array("free".utf8), at: box.start + 4))
        }
        self.changes.append(.zeros(box.content..<box.end))
    }

    private mutating func zero(_ content: BoxContent, _ range: Range<Int>) {
        let range = range.clamped(to: 0..<content.count)
        let start = self.base + Int64(content.range.lowerBound)
        self.changes.append(.zeros(start + Int64(range.lowerBound)..<start + Int64(range.upperBound)))
    }
}
