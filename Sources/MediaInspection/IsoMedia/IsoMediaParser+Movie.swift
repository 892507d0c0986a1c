import IsoMedia

extension IsoMediaParser {
    /// `moov` (ISO/IEC 14496-12 section 8.2.1) and what is needed of the boxes in it.
    mutating func movie(_ box: FileBox) throws(ContainerFault) -> IsoMediaFacts.Movie {
        var movie = IsoMediaFacts.Movie()
        var timescale: UInt32?
        var fragmentDuration: UInt64?
        var defaults: [UInt32: UInt32] = [:]
        try self.children(of: box) { (parser, child) throws(ContainerFault) in
            switch child.type {
            case "mvhd":
                let times = MediaTimes(fields: try parser.fields(of: child, upTo: 32))
                timescale = times?.timescale
                movie.durationSeconds = times?.seconds
            case "trak":
                guard movie.tracks.count < 256 else { throw .tooComplex("too many tracks") }
                movie.tracks.append(try parser.track(child))
            case "mvex":
                fragmentDuration = try parser.fragmentDuration(child, defaults: &defaults)
            case "cmov": movie.isCompressed = true
            default: break
            }
        }
        guard let timescale else {
            // QuickTime may compress its header (QuickTime File Format, "Compressed Movie Resources"): another reader has the word.
            if movie.isCompressed { return movie }
            throw .malformed("moov without mvhd")
        }
        for index in movie.tracks.indices {
            movie.tracks[index].times.defaultDuration = defaults[movie.tracks[index].number] ?? 0
            // The track's reader knew only ticks of the movie.
            movie.tracks[index].times.delay /= Double(max(1, timescale))
        }
        // A fragmented file's mvhd tells the length of what lies in moov itself: nothing.
        if movie.durationSeconds == nil || movie.durationSeconds == 0 {
            movie.durationSeconds = nil
            if let fragmentDuration {
                movie.durationSeconds = MediaTimes(timescale: timescale, duration: fragmentDuration).seconds
            }
        }
        if movie.durationSeconds == nil {
            movie.durationSeconds = movie.tracks.compactMap(\.durationSeconds).filter { $0 > 0 }.max()
        }
        return movie
    }

    /// `mehd` and `trex` in `mvex` (sections 8.8.2 and 8.8.3).
    /// - Parameter defaults: by track, how long a sample in a fragment lasts.
    private mutating func fragmentDuration(
        _ box: FileBox,
        defaults: inout [UInt32: UInt32]
    ) throws(ContainerFault) -> UInt64? {
        var duration: UInt64?
        var found: [UInt32: UInt32] = [:]
        try self.children(of: box) { (parser, child) throws(ContainerFault) in
            switch child.type {
            case "mehd":
                let fields = try parser.fields(of: child, upTo: 12)
                duration = fields.u8(0) == 1 ? fields.u64(4) : fields.u32(4).map(UInt64.init)
            case "trex":
                let fields = try parser.fields(of: child, upTo: 16)
                if let number = fields.u32(4), let ticks = fields.u32(12), found.count < 256 { found[number] = ticks }
            default: break
            }
        }
        defaults = found
        return duration
    }

    /// `trak` (section 8.3.1).
    private mutating func track(_ box: FileBox) throws(ContainerFault) -> IsoMediaFacts.Track {
        var track = IsoMediaFacts.Track()
        var header: TrackHeader?
        var sample: (width: Int, height: Int)?
        try self.children(of: box) { (parser, child) throws(ContainerFault) in
            switch child.type {
            case "tkhd":
                let fields = try parser.fields(of: child, upTo: 96)
                header = TrackHeader(fields: fields)
                track.number = fields.u32(fields.u8(0) == 1 ? 20 : 12) ?? 0
            case "edts": try parser.editedBeginning(child, of: &track)
            case "mdia":
                try parser.children(of: child) { (parser, child) throws(ContainerFault) in
                    switch child.type {
                    case "mdhd":
                        let times = MediaTimes(fields: try parser.fields(of: child, upTo: 32))
                        track.durationSeconds = times?.seconds
                        track.times.timescale = times?.timescale ?? 0
                        track.times.ticks = Int64(min(times?.duration ?? 0, 1 << 52))
                        track.times.decodeEnd = track.times.ticks
                    case "hdlr":
                        track.handler = try parser.fields(of: child, upTo: 12).fourCC(8) ?? "    "
                    case "minf":
                        sample = try parser.sampleSize(child, count: &track.times.samples) ?? sample
                    default: break
                    }
                }
            default: break
            }
        }
        guard let header else { return track }
        track.isEnabled = header.isEnabled
        guard track.handler == "vide" else { return track }
        let shown = header.width > 0 && header.height > 0 ? (header.width, header.height) : sample ?? (0, 0)
        (track.width, track.height) = header.isOnItsSide ? (shown.1, shown.0) : shown
        return track
    }

    /// The coded size in the first sample entry: `minf`/`stbl`/`stsd` (section 12.1.3).
    /// - Parameter count: how many samples `moov` lists (`stsz`, section 8.7.3).
    private mutating func sampleSize(
        _ box: FileBox,
        count: inout Int
    ) throws(ContainerFault) -> (width: Int, height: Int)? {
        var size: (width: Int, height: Int)?
        var samples = 0
        try self.children(of: box) { (parser, child) throws(ContainerFault) in
            guard child.type == "stbl" else { return }
            try parser.children(of: child) { (parser, child) throws(ContainerFault) in
                switch child.type {
                case "stsd":
                    let fields = try parser.fields(of: child, upTo: 44)
                    guard let width = fields.u16(40), let height = fields.u16(42) else { return }
                    size = (Int(width), Int(height))
                case "stsz", "stz2": samples = Int(try parser.fields(of: child, upTo: 12).u32(8) ?? 0)
                default: break
                }
            }
        }
        count = samples
        return size
    }

    /// `edts` (section 8.6.5): what comes before the track, and what is cut off its beginning. Later edits matter to players only.
    private mutating func editedBeginning(
        _ box: FileBox,
        of track: inout IsoMediaFacts.Track
    ) throws(ContainerFault) {
        var times = track.times
        try self.children(of: box) { (parser, child) throws(ContainerFault) in
            guard child.type == "elst" else { return }
            let fields = try parser.fields(of: child, upTo: 48)
            let isWide = fields.u8(0) == 1
            for index in 0..<2 {
                let place = 8 + index * (isWide ? 20 : 12)
                let duration = isWide ? fields.u64(place) : fields.u32(place).map(UInt64.init)
                let start =
                    isWide
                    ? fields.u64(place + 8).map(Int64.init(bitPattern:))
                    : fields.u32(place + 4).map { Int64(Int32(bitPattern: $0)) }
                guard index < fields.u32(4) ?? 0, let duration, let start, start < 1 << 52 else { return }
                guard start < 0 else {
                    times.cut = start
                    return
                }
                // In ticks of the movie.
                times.delay += Double(duration)
            }
        }
        track.times = times
    }
}
