/// The samples of a track: frames of a picture or of sound, and where they lie (section 8.7 and 8.6).
package struct SampleTable: Hashable, Sendable {
    /// How many samples there are.
    package let count: Int
    /// Whether some samples can be decoded only with others before them.
    package var hasKeyFrames: Bool { self.syncSamples != nil }

    let times: BoxContent
    let compositionOffsets: BoxContent?
    let sizes: BoxContent
    /// 4, 8, 16 or 32; 0 where all samples have the one size.
    let sizeBits: Int
    let chunkRuns: BoxContent
    let chunkOffsets: BoxContent
    let hasWideOffsets: Bool
    /// `stss`; nil where every sample is one.
    let syncSamples: BoxContent?

    /// 20 million: a day of pictures and sound has half of that.
    private static let maximumCount = 20_000_000

    /// - Parameter boxes: of `stbl`.
    init(_ boxes: [Box]) throws(IsoMediaFault) {
        self.times = try boxes.required("stts")
        self.compositionOffsets = boxes["ctts"]
        self.syncSamples = boxes["stss"]
        self.chunkRuns = try boxes.required("stsc")
        if let wide = boxes["co64"] {
            self.chunkOffsets = wide
            self.hasWideOffsets = true
        } else {
            self.chunkOffsets = try boxes.required("stco")
            self.hasWideOffsets = false
        }
        if let sizes = boxes["stsz"] {
            self.sizes = sizes
            self.sizeBits = try sizes.u32(4) == 0 ? 32 : 0
        } else {
            self.sizes = try boxes.required("stz2")
            self.sizeBits = Int(try self.sizes.u8(7))
            guard [4, 8, 16].contains(self.sizeBits) else { throw .damaged("sample sizes") }
        }
        let count = Int(try self.sizes.u32(8))
        guard count <= Self.maximumCount else { throw .tooComplex("\(count) samples") }
        guard count * self.sizeBits <= (self.sizes.count - 12) * 8 else { throw .damaged("a table of sample sizes") }
        self.count = count
    }

    /// The samples in the order of decoding.
    package func cursor() throws(IsoMediaFault) -> SampleCursor { try SampleCursor(self) }

    /// How much before their decoding samples would be shown, at most, in ticks of the track; 0 where none is.
    func earliness() throws(IsoMediaFault) -> Int64 {
        guard let table = self.compositionOffsets else { return 0 }
        var smallest: Int64 = 0
        let count = min(Int(try table.u32(4)), (table.count - 8) / 8)
        for index in 0..<max(0, count) {
            smallest = min(smallest, Int64(Int32(bitPattern: try table.u32(12 + 8 * index))))
        }
        return -smallest
    }

    /// The size of a sample in bytes.
    func size(of sample: Int) throws(IsoMediaFault) -> Int {
        switch self.sizeBits {
        case 0: Int(try self.sizes.u32(4))
        case 32: Int(try self.sizes.u32(12 + 4 * sample))
        case 16: Int(try self.sizes.u16(12 + 2 * sample))
        case 8: Int(try self.sizes.u8(12 + sample))
        default: Int(try self.sizes.u8(12 + sample / 2) >> (sample % 2 == 0 ? 4 : 0) & 0xF)
        }
    }
}

/// One sample.
package struct Sample: Hashable, Sendable {
    /// Counted from 0.
    package var index: Int
    /// In ticks of the track.
    package var decodeTime: Int64
    /// In ticks of the track.
    package var duration: Int64
    /// From decoding to showing.
    package var compositionOffset: Int64
    /// Where it lies in the file, in bytes.
    package var offset: Int64
    /// In bytes.
    package var size: Int
    /// Whether decoding can begin here.
    package var isSync: Bool

    /// When it is shown, in ticks of the track, before edit lists are applied.
    package var presentationTime: Int64 { self.decodeTime + self.compositionOffset }
}
