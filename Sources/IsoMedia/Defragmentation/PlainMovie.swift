/// The `moov` box of a plain video, made of that of a fragmented one: all that is said of the tracks stays, tables and lengths are new.
struct PlainMovie {
    private let content: BoxContent
    private let fragmented: FragmentedTracks
    private let edits: PlainEdits
    private let media: JoinedMedia
    private let isWide: Bool

    /// - Parameters:
    ///   - content: of the old `moov` box.
    ///   - isWide: whether positions may pass 32 bits.
    init(
        _ content: BoxContent,
        _ fragmented: FragmentedTracks,
        _ media: JoinedMedia,
        isWide: Bool
    ) throws(IsoMediaFault) {
        self.content = content
        self.fragmented = fragmented
        self.media = media
        self.isWide = isWide
        self.edits = try PlainEdits(fragmented)
        for tables in fragmented.tables.values where tables.hasKeyFrames && !tables.isEmpty {
            guard !tables.syncSamples.isEmpty else { throw .unsupported("pictures without a key frame") }
        }
        guard fragmented.tables.values.contains(where: { !$0.isEmpty }) else { throw .unsupported("no samples") }
    }

    /// The box, head included.
    /// - Parameter start: where the media begins in the new file.
    func bytes(mediaAt start: Int64) throws(IsoMediaFault) -> [UInt8] {
        var writer = BoxWriter()
        let longest = self.edits.durations.values.max() ?? 0
        for box in try self.content.boxes() {
            switch box.type {
            case "mvhd": try Self.write(header: box, duration: longest, timescale: self.edits.timescale, to: &writer)
            case "mvex": break
            case "trak": try self.write(track: box, start, to: &writer)
            case "meta", "udta":
                try ChunkTables.checkHasNoAddresses(box.content)
                writer.append(box.whole.bytes)
            default: writer.append(box.whole.bytes)
            }
        }
        return try Self.box("moov", writer)
    }

    private func write(track: Box, _ start: Int64, to writer: inout BoxWriter) throws(IsoMediaFault) {
        let boxes = try track.content.boxes()
        let header = try boxes.required("tkhd")
        let number = try header.u32(try header.u8(0) == 1 ? 20 : 12)
        guard let tables = self.fragmented.tables[number], let track = self.fragmented.tracks[number] else {
            throw .damaged("a track without a number")
        }
        var inner = BoxWriter()
        for box in boxes {
            switch box.type {
            case "tkhd":
                try Self.write(header: box, duration: self.edits.durations[number] ?? 0, timescale: nil, to: &inner)
                Self.write(self.edits.edits[number] ?? [], to: &inner)
            case "edts": break
            case "mdia":
                let length = tables.end - tables.start
                try self.write("mdia", box.content, to: &inner) { (box, writer) throws(IsoMediaFault) in
                    switch box.type {
                    case "mdhd":
                        try Self.write(header: box, duration: length, timescale: track.timescale, to: &writer)
                    case "minf": try self.write(information: box.content, tables, start, to: &writer)
                    default: writer.append(box.whole.bytes)
                    }
                }
            case "meta", "udta":
                try ChunkTables.checkHasNoAddresses(box.content)
                inner.append(box.whole.bytes)
            default: inner.append(box.whole.bytes)
            }
        }
        writer.append(try Self.box("trak", inner))
    }

    /// Of the old tables, which are those of no or of the first samples.
    private static let oldTables: Set<FourCC> = [
        "stts", "ctts", "cslg", "stss", "stps", "stsc", "stsz", "stz2", "stco", "co64", "sdtp", "stdp", "padb",
    ]

    private func write(
        information: BoxContent,
        _ tables: JoinedTables,
        _ start: Int64,
        to writer: inout BoxWriter
    ) throws(IsoMediaFault) {
        try self.write("minf", information, to: &writer) { (box, writer) throws(IsoMediaFault) in
            switch box.type {
            case "dinf":
                try ChunkTables.checkIsSelfContained(box.content)
                writer.append(box.whole.bytes)
            case "stbl":
                var inner = BoxWriter()
                for box in try box.content.boxes() {
                    switch box.type {
                    case "saio", "saiz", "subs", "senc": throw .unsupported("a \(box.type) box")
                    case "stsd":
                        inner.append(box.whole.bytes)
                        try tables.write(to: &inner, isWide: self.isWide) { (chunk) throws(IsoMediaFault) in
                            start + (try self.media.position(of: chunk.offset, count: chunk.length))
                        }
                    case _ where Self.oldTables.contains(box.type): break
                    default: inner.append(box.whole.bytes)
                    }
                }
                writer.append(try Self.box("stbl", inner))
            default: writer.append(box.whole.bytes)
            }
        }
    }

    private func write(
        _ type: FourCC,
        _ content: BoxContent,
        to writer: inout BoxWriter,
        _ child: (Box, inout BoxWriter) throws(IsoMediaFault) -> Void
    ) throws(IsoMediaFault) {
        var inner = BoxWriter()
        for box in try content.boxes() { try child(box, &inner) }
        writer.append(try Self.box(type, inner))
    }

    private static func box(_ type: FourCC, _ content: BoxWriter) throws(IsoMediaFault) -> [UInt8] {
        guard content.bytes.count <= 2 * Defragmentation.maximumIndexBytes else {
            throw .tooComplex("a large \(type) box")
        }
        var writer = BoxWriter()
        writer.box(type) { $0.append(content.bytes) }
        return writer.bytes
    }

    // MARK: Lengths

    /// `mvhd`, `tkhd` or `mdhd` (sections 8.2.2, 8.3.2, 8.4.2) with another length, wide where it needs to be.
    private static func write(
        header box: Box,
        duration: Int64,
        timescale: UInt32?,
        to writer: inout BoxWriter
    ) throws(IsoMediaFault) {
        let content = box.content
        let wasWide = try content.u8(0) == 1
        let isWide = wasWide || duration > Int64(UInt32.max) - 1
        let flags = try content.u32(0) & 0xFF_FFFF
        let width = wasWide ? 8 : 4
        var times: [UInt64] = []
        for offset in [4, 4 + width] {
            times.append(wasWide ? try content.u64(offset) : UInt64(try content.u32(offset)))
        }
        // Between the times and the length: ticks per second, or the number of the track.
        let middle = try content.part(4 + 2 * width, count: box.type == "tkhd" ? 8 : 4)
        let rest = try content.dropping(4 + 3 * width + middle.count)
        writer.fullBox(box.type, version: isWide ? 1 : 0, flags: flags) { writer in
            for time in times { if isWide { writer.u64(time) } else { writer.u32(UInt32(time)) } }
            if let timescale { writer.u32(timescale) } else { writer.append(middle.bytes) }
            if isWide { writer.u64(UInt64(duration)) } else { writer.u32(UInt32(duration)) }
            writer.append(rest.bytes)
        }
    }

    private static func write(_ edits: [Edit], to writer: inout BoxWriter) {
        guard !edits.isEmpty else { return }
        let isWide = edits.contains { $0.duration > Int64(UInt32.max) - 1 || $0.mediaTime > Int64(Int32.max) }
        writer.box("edts") { writer in
            writer.fullBox("elst", version: isWide ? 1 : 0) { writer in
                writer.u32(UInt32(edits.count))
                for edit in edits {
                    if isWide {
                        writer.u64(UInt64(edit.duration))
                        writer.u64(UInt64(bitPattern: edit.mediaTime))
                    } else {
                        writer.u32(UInt32(edit.duration))
                        writer.u32(UInt32(bitPattern: Int32(edit.mediaTime)))
                    }
                    writer.u32(0x1_0000)
                }
            }
        }
    }
}
