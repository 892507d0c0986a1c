import IsoMedia

extension IsoMediaParser {
    /// `moov` (ISO/IEC 14496-12 section 8.2.1) and what is needed of the boxes in it.
    mutating func movie(_ box: FileBox) throws(ContainerFault) -> IsoMediaFacts.Movie {
        var movie = IsoMediaFacts.Movie()
        var timescale: UInt32?
        var fragmentDuration: UInt64?
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
                fragmentDuration = try parser.fragmentDuration(child)
            default: break
            }
        }
        guard timescale != nil else { throw .malformed("moov without mvhd") }
        // A fragmented file's mvhd tells the length of what lies in moov itself: nothing.
        if movie.durationSeconds == nil || movie.durationSeconds == 0 {
            movie.durationSeconds = nil
            if let fragmentDuration, let timescale {
                movie.durationSeconds = MediaTimes(timescale: timescale, duration: fragmentDuration).seconds
            }
        }
        if movie.durationSeconds == nil {
            movie.durationSeconds = movie.tracks.compactMap(\.durationSeconds).filter { $0 > 0 }.max()
        }
        return movie
    }

    /// `mehd` in `mvex` (section 8.8.2).
    private mutating func fragmentDuration(_ box: FileBox) throws(ContainerFault) -> UInt64? {
        var duration: UInt64?
        try self.children(of: box) { (parser, child) throws(ContainerFault) in
            guard child.type == "mehd" else { return }
            let fields = try parser.fields(of: child, upTo: 12)
            duration = fields.u8(0) == 1 ? fields.u64(4) : fields.u32(4).map(UInt64.init)
        }
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
                header = TrackHeader(fields: try parser.fields(of: child, upTo: 96))
            case "mdia":
                try parser.children(of: child) { (parser, child) throws(ContainerFault) in
                    switch child.type {
                    case "mdhd":
                        track.durationSeconds = MediaTimes(fields: try parser.fields(of: child, upTo: 32))?.seconds
                    case "hdlr":
                        track.handler = try parser.fields(of: child, upTo: 12).fourCC(8) ?? "    "
                    case "minf":
                        sample = try parser.sampleSize(child) ?? sample
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
    private mutating func sampleSize(_ box: FileBox) throws(ContainerFault) -> (width: Int, height: Int)? {
        var size: (width: Int, height: Int)?
        try self.children(of: box) { (parser, child) throws(ContainerFault) in
            guard child.type == "stbl" else { return }
            try parser.children(of: child) { (parser, child) throws(ContainerFault) in
                guard child.type == "stsd" else { return }
                let fields = try parser.fields(of: child, upTo: 44)
                guard let width = fields.u16(40), let height = fields.u16(42) else { return }
                size = (Int(width), Int(height))
            }
        }
        return size
    }
}
