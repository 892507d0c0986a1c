/// A track (section 8.3.1 and what is below it).
package struct Track: Hashable, Sendable {
    /// The number of the track in the file (`track_ID`).
    package var number: UInt32
    /// Whether the file marks the track as enabled.
    package var isEnabled: Bool
    /// Tracks of the same group are there for one of them to be chosen; 0 is none.
    package var alternateGroup: UInt16
    /// Tracks of chapters that this one refers to (`tref`, `chap`).
    var chapterTracks: Set<UInt32>
    /// To be shown also to those who asked for none: foreign speech.
    package var isForced: Bool
    /// `vide`, `soun`, `text`, `sbtl`, ...
    package var handler: FourCC
    /// Ticks per second.
    package var timescale: UInt32
    /// ISO 639-2, three letters; nil where none is given.
    package var language: String?
    /// How the pictures are turned: the nine fixed-point numbers of `tkhd`, as they are in the file.
    var matrix: BoxContent
    /// Of the pictures as shown, before turning: 16.16 fixed-point numbers.
    var width: UInt32
    var height: UInt32
    var edits: [Edit]
    /// The content of `stsd`.
    var descriptions: BoxContent
    /// The samples of the track.
    package var samples: SampleTable

    /// - Parameter content: of the `trak` box.
    init(_ content: BoxContent) throws(IsoMediaFault) {
        let boxes = try content.boxes()
        let header = try boxes.required("tkhd")
        let isWide = try header.u8(0) == 1
        self.isEnabled = try header.u32(0) & 1 == 1
        self.number = try header.u32(isWide ? 20 : 12)
        self.alternateGroup = try header.u16(isWide ? 46 : 34)
        self.chapterTracks = try Self.chapterTracks(boxes)
        self.matrix = try header.part(isWide ? 52 : 40, count: 36)
        self.width = try header.u32(isWide ? 88 : 76)
        self.height = try header.u32(isWide ? 92 : 80)

        let media = try boxes.required("mdia").boxes()
        let mediaHeader = try media.required("mdhd")
        let isMediaWide = try mediaHeader.u8(0) == 1
        self.timescale = try mediaHeader.u32(isMediaWide ? 20 : 12)
        self.language = Self.language(try mediaHeader.u16(isMediaWide ? 32 : 20))
        self.handler = try media.required("hdlr").fourCC(8)
        guard self.timescale > 0 else { throw .damaged("a track without a timescale") }

        self.edits = try boxes["edts"].map { content throws(IsoMediaFault) in try Edit.list(content) } ?? []
        let table = try media.required("minf").boxes().required("stbl").boxes()
        self.descriptions = try table.required("stsd")
        self.samples = try SampleTable(table)
        self.isForced = Self.isForced(boxes["udta"]) || Self.isForced(descriptions: self.descriptions)
    }

    private static func chapterTracks(_ boxes: [Box]) throws(IsoMediaFault) -> Set<UInt32> {
        guard let chapters = try boxes["tref"]?.boxes()["chap"] else { return [] }
        var tracks: Set<UInt32> = []
        for index in 0..<min(chapters.count / 4, 256) { tracks.insert(try chapters.u32(4 * index)) }
        return tracks
    }

    /// By its role (section 8.10.4, ISO/IEC 23009-1 section 5.8.5.5).
    private static func isForced(_ userData: BoxContent?) -> Bool {
        guard let boxes = try? userData?.boxes() else { return false }
        return boxes.contains { box in
            guard box.type == "kind" else { return false }
            let words = box.content.bytes.dropFirst(4).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.first == "urn:mpeg:dash:role:2011" && words.last.map { $0.hasPrefix("forced") } == true
        }
    }

    /// By the display flags of timed text: all of its samples are forced (QuickTime File Format, "Subtitle sample description").
    private static func isForced(descriptions: BoxContent) -> Bool {
        guard let entry = try? descriptions.boxes(from: 8).first, entry.type == "tx3g" else { return false }
        return ((try? entry.content.u32(8)) ?? 0) & 0x8000_0000 != 0
    }

    /// Whether the sides of the pictures are exchanged when they are shown, turned or mirrored.
    package var isTransposed: Bool {
        guard let a = try? self.matrix.u32(0), let b = try? self.matrix.u32(4), let c = try? self.matrix.u32(12),
            let d = try? self.matrix.u32(16)
        else { return false }
        return a == 0 && d == 0 && b != 0 && c != 0
    }

    /// How far the pictures are turned to be upright, clockwise: 0, 90, 180, 270; 0 for anything else.
    package var rotation: Int {
        guard let a = try? self.matrix.u32(0), let b = try? self.matrix.u32(4), let c = try? self.matrix.u32(12),
            let d = try? self.matrix.u32(16)
        else { return 0 }
        let one: UInt32 = 0x10000
        let minus = UInt32(bitPattern: -0x10000)
        return switch (a, b, c, d) {
        case (0, one, minus, 0): 90
        case (minus, 0, 0, minus): 180
        case (0, minus, one, 0): 270
        default: 0
        }
    }

    /// Three letters of five bits each (section 8.4.2); QuickTime's numbers of languages lie below them.
    private static func language(_ packed: UInt16) -> String? {
        let letters = [10, 5, 0].map { UInt8(packed >> $0 & 0x1F) }
        guard packed >= 0x400, letters.allSatisfy({ (1...26).contains($0) }) else { return nil }
        let text = String(decoding: letters.map { $0 + 0x60 }, as: UTF8.self)
        return text == "und" ? nil : text
    }
}
