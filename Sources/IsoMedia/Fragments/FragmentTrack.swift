/// What `trex` says of the samples of a track in fragments (ISO/IEC 14496-12 section 8.8.3).
struct FragmentDefaults: Hashable, Sendable {
    var duration: UInt32 = 0
    var size: UInt32 = 0
    var flags: UInt32 = 0

    /// By track.
    /// - Parameter content: of `mvex`.
    static func all(in content: BoxContent) throws(IsoMediaFault) -> [UInt32: FragmentDefaults] {
        var defaults: [UInt32: FragmentDefaults] = [:]
        for box in try content.boxes() where box.type == "trex" {
            defaults[try box.content.u32(4)] = FragmentDefaults(
                duration: try box.content.u32(12),
                size: try box.content.u32(16),
                flags: try box.content.u32(20)
            )
        }
        return defaults
    }
}

/// The samples of one track in one fragment: a `traf` box (section 8.8.6).
struct FragmentTrack: Hashable, Sendable {
    var track: UInt32
    /// When its first sample is decoded, in ticks of the track; nil where it does not say.
    var decodeTime: Int64?
    var samples: [FragmentSample]
    /// Which sample description.
    var description: UInt32
    /// Whether auxiliary data lies beside the samples, as of encrypted ones.
    var hasAuxiliaryData: Bool

    /// Of one fragment: far more than any recorder gathers.
    private static let maximumSamples = 1 << 20

    /// Where data lies that has no place of its own.
    private struct Place {
        var base: Int64
        var next: Int64
    }

    /// - Parameters:
    ///   - content: of the `moof` box.
    ///   - box: where that box is in the file.
    static func all(
        in content: BoxContent,
        of box: FileBox,
        defaults: [UInt32: FragmentDefaults]
    ) throws(IsoMediaFault) -> [FragmentTrack] {
        var tracks: [FragmentTrack] = []
        var place = Place(base: box.start, next: box.start)
        var count = 0
        for traf in try content.boxes() where traf.type == "traf" {
            let track = try FragmentTrack(traf.content, moof: box.start, &place, defaults)
            count += track.samples.count
            guard count <= Self.maximumSamples else { throw .tooComplex("\(count) samples in a fragment") }
            tracks.append(track)
        }
        return tracks
    }

    private init(
        _ content: BoxContent,
        moof: Int64,
        _ place: inout Place,
        _ defaults: [UInt32: FragmentDefaults]
    ) throws(IsoMediaFault) {
        let boxes = try content.boxes()
        let header = try boxes.required("tfhd")
        let flags = try header.u32(0) & 0xFF_FFFF
        self.track = try header.u32(4)
        var defaults = defaults[self.track] ?? FragmentDefaults()
        var position = 8
        if flags & 0x1 != 0 {
            place.base = Int64(clamping: try header.u64(position))
            position += 8
        } else {
            // Of the first, or of all where it says so, the fragment itself; else where the one before it ended.
            place.base = flags & 0x2_0000 != 0 || place.next == moof ? moof : place.next
        }
        guard (0..<1 << 60).contains(place.base) else { throw .damaged("the place of a fragment") }
        self.description = flags & 0x2 != 0 ? try header.u32(position) : 1
        if flags & 0x2 != 0 { position += 4 }
        if flags & 0x8 != 0 {
            defaults.duration = try header.u32(position)
            position += 4
        }
        if flags & 0x10 != 0 {
            defaults.size = try header.u32(position)
            position += 4
        }
        if flags & 0x20 != 0 { defaults.flags = try header.u32(position) }
        self.decodeTime = try boxes["tfdt"].map { content throws(IsoMediaFault) in
            try content.u8(0) == 1 ? Int64(clamping: try content.u64(4)) : Int64(try content.u32(4))
        }
        self.hasAuxiliaryData = boxes.contains { ["saio", "senc", "uuid"].contains($0.type) }
        self.samples = []
        place.next = place.base
        for run in boxes where run.type == "trun" {
            try self.add(run.content, &place, defaults)
        }
    }

    /// A `trun` box (section 8.8.8).
    private mutating func add(
        _ content: BoxContent,
        _ place: inout Place,
        _ defaults: FragmentDefaults
    ) throws(IsoMediaFault) {
        let flags = try content.u32(0) & 0xFF_FFFF
        let isSigned = try content.u8(0) > 0
        let count = Int(try content.u32(4))
        var position = 8
        if flags & 0x1 != 0 {
            place.next = place.base + Int64(Int32(bitPattern: try content.u32(position)))
            position += 4
        }
        guard place.next >= 0 else { throw .damaged("the place of a fragment") }
        var first: UInt32?
        if flags & 0x4 != 0 {
            first = try content.u32(position)
            position += 4
        }
        let fields = [0x100, 0x200, 0x400, 0x800].filter { flags & UInt32($0) != 0 }.count
        // Where each sample has no field at all, the count is not bounded by the box.
        guard count <= Self.maximumSamples - self.samples.count, count * 4 * fields <= content.count - position else {
            throw .damaged("a fragment's samples")
        }
        for index in 0..<count {
            var sample = FragmentSample(
                offset: place.next,
                size: Int(defaults.size),
                duration: Int64(defaults.duration),
                flags: index == 0 ? first ?? defaults.flags : defaults.flags,
                compositionOffset: 0
            )
            func field(_ bit: UInt32) throws(IsoMediaFault) -> UInt32? {
                guard flags & bit != 0 else { return nil }
                defer { position += 4 }
                return try content.u32(position)
            }
            if let value = try field(0x100) { sample.duration = Int64(value) }
            if let value = try field(0x200) { sample.size = Int(value) }
            if let value = try field(0x400), index > 0 || first == nil { sample.flags = value }
            if let value = try field(0x800) {
                sample.compositionOffset = isSigned ? Int64(Int32(bitPattern: value)) : Int64(value)
            }
            place.next += Int64(sample.size)
            self.samples.append(sample)
        }
    }
}

/// One sample of a fragment.
struct FragmentSample: Hashable, Sendable {
    /// Where it lies in the file, in bytes.
    var offset: Int64
    /// In bytes.
    var size: Int
    /// In ticks of the track.
    var duration: Int64
    /// Section 8.8.3.1.
    var flags: UInt32
    /// In ticks of the track.
    var compositionOffset: Int64

    /// Whether decoding can begin here (`sample_is_non_sync_sample`).
    var isSync: Bool { self.flags & 0x1_0000 == 0 }
}
