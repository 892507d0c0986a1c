/// A track (section 8.3.1 and what is below it).
package struct Track: Hashable, Sendable {
    /// The number of the track in the file (`track_ID`).
    package var number: UInt32
    /// Whether the file marks the track as enabled.
    package var isEnabled: Bool
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
