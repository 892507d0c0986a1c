/// A track, as far as it has to be known whether it stays.
///
/// Read apart from ``Track``: what cannot be streamed can still have its private data removed.
struct TrackBlanking {
    var number: UInt32
    var handler: FourCC
    /// Nil where its tables could not be read.
    var samples: SampleTable?
    /// The size that counts where the table says one byte for all: QuickTime's sound without compression.
    var soundBytes: Int
    /// Whether its samples lie in this file.
    var isSelfContained: Bool
    /// Whether auxiliary data lies beside the samples, as of encrypted ones.
    var hasAuxiliaryData: Bool
    /// Whether it is shown or heard. Text that turns out to be telemetry is found later.
    var stays: Bool

    /// Picture, sound, subtitles, time codes, and what old files need to be put together. Not `meta`, `camm`, `fdsc` and others.
    private static let shown: Set<FourCC> = [
        "vide", "soun", "auxv", "pict", "sbtl", "subt", "text", "clcp", "tmcd", "hint", "sdsm", "odsm",
    ]

    /// - Parameter content: of `trak`.
    init(_ content: BoxContent) throws(IsoMediaFault) {
        let boxes = try content.boxes()
        let header = try boxes.required("tkhd")
        self.number = try header.u32(try header.u8(0) == 1 ? 20 : 12)
        let media = try boxes.required("mdia").boxes()
        self.handler = try media.required("hdlr").fourCC(8)
        let information = try media.required("minf").boxes()
        let table = try information.required("stbl").boxes()
        self.samples = try? SampleTable(table)
        self.hasAuxiliaryData = table["saio"] != nil || table["senc"] != nil
        let entries = try table.required("stsd").boxes(from: 8)
        self.soundBytes = self.handler == "soun" ? entries.map(Self.bytesPerFrame).max() ?? 1 : 1
        self.isSelfContained = true
        if let references = try information["dinf"]?.boxes()["dref"] {
            for reference in try references.boxes(from: 8) where (try reference.content.u32(0)) & 1 == 0 {
                self.isSelfContained = false
            }
        }
        // Canon's and GoPro's tracks of other kinds have handlers of their own; some name a known one.
        let types = entries.map(\.type)
        self.stays =
            Self.shown.contains(self.handler)
            && !types.contains { ["gpmd", "mebx", "camm", "rtmd", "djmd", "dbgi", "fdsc"].contains($0) }
    }

    /// Uncompressed sound (QuickTime File Format, "Sound sample description").
    private static func bytesPerFrame(_ entry: Box) -> Int {
        let channels = Int((try? entry.content.u16(16)) ?? 1)
        let bits = Int((try? entry.content.u16(18)) ?? 16)
        let width: [FourCC: Int] = ["in24": 3, "in32": 4, "fl32": 4, "fl64": 8]
        return max(1, channels * (width[entry.type] ?? (bits + 7) / 8))
    }
}
