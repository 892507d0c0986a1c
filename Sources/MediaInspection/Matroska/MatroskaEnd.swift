import MediaCore

/// When a recording ends that does not say it: its last clusters are searched from the end of the file backwards, so that a video of hours
/// costs no more than a clip.
///
/// Sources: RFC 8794 (EBML), RFC 9559 sections 5.1.3 (Cluster) and 10 (Block Structure).
struct MatroskaEnd<Base: ByteSource> {
    private var reader: MeteredReader<Base>

    /// How much of the end is searched: a cluster has five seconds or megabytes as a rule.
    private static var searchedBytes: Int64 { 24 << 20 }
    private static var pieceBytes: Int64 { 1 << 20 }

    /// The end of the block that ends last, in ticks of the segment; nil where no cluster is found.
    static func ticks(in base: Base) -> UInt64? {
        var search = MatroskaEnd(reader: MeteredReader(base, reads: 300_000, bytes: 64 << 20))
        // What cannot be read any more ends the search like what is not there.
        return try? search.lastTick()
    }

    private mutating func lastTick() throws(ContainerFault) -> UInt64? {
        let length = self.reader.length
        var end = length
        while end > 0, length - end < Self.searchedBytes {
            let start = max(0, end - Self.pieceBytes)
            // Three bytes more: the name may lie on the border.
            let piece = try self.reader.read(at: start, upTo: Int(min(length, end + 3) - start)).bytes
            for place in piece.indices.reversed() where piece[place] == 0x1F {
                guard piece[place...].starts(with: [0x1F, 0x43, 0xB6, 0x75]) else { continue }
                if let tick = try self.lastTick(from: start + Int64(place)) { return tick }
            }
            end = start
        }
        return nil
    }

    /// Walks from a cluster to the end of the file; nil where the bytes turn out to be something else, or hold no block.
    private mutating func lastTick(from start: Int64) throws(ContainerFault) -> UInt64? {
        var offset = start
        var clusterTick: UInt64 = 0
        var blockTick: Int64 = 0
        var tracks: [UInt8: BlockTimes] = [:]
        var last: Int64?
        while offset < self.reader.length {
            let found: EbmlElement?
            do throws(ContainerFault) {
                found = try EbmlElement.read(at: offset, from: &self.reader)
            } catch {
                guard case .truncated = error else { return nil }
                break
            }
            guard let element = found else { break }
            offset = element.end ?? element.content
            switch element.id {
            // Cluster and BlockGroup: what is in them comes next.
            case 0x1F43_B675, 0xA0: offset = element.content
            case 0xE7: clusterTick = try self.payload(element).ebmlUnsigned ?? 0
            case 0xA3, 0xA1:
                let head = try self.reader.read(at: element.content, upTo: 4)
                guard let track = head.u8(0), track >= 0x80, let time = head.u16(1), clusterTick < 1 << 50 else {
                    return nil
                }
                blockTick = Int64(clusterTick) + Int64(Int16(bitPattern: time))
                tracks[track, default: BlockTimes(first: blockTick)].count(blockTick)
                last = max(last ?? 0, blockTick)
            // BlockDuration.
            case 0x9B:
                let duration = try self.payload(element).ebmlUnsigned ?? 0
                if duration < 1 << 40 { last = max(last ?? 0, blockTick + Int64(duration)) }
            case _ where Self.others.contains(element.id):
                guard element.end != nil else { return nil }
            default: return nil
            }
        }
        guard let last else { return nil }
        let ends = tracks.values.map(\.end)
        return UInt64(max(0, last, ends.max() ?? 0))
    }

    /// What else lies in clusters and behind them: positions, references, additions, padding, checksums, Void; Cues, Tags, SeekHead,
    /// Chapters, Attachments.
    private static var others: Set<UInt32> {
        [
            0xA7, 0xAB, 0xFB, 0xFA, 0xFD, 0xA4, 0x75A1, 0x75A2, 0x8E, 0x5854, 0xEC, 0xBF, 0x1C53_BB6B, 0x1254_C367,
            0x114D_9B74, 0x1043_A770, 0x1941_A469,
        ]
    }

    private mutating func payload(_ element: EbmlElement) throws(ContainerFault) -> ByteFields {
        guard let end = element.end, end - element.content <= 8 else { return ByteFields([]) }
        return try self.reader.read(at: element.content, upTo: Int(end - element.content))
    }

    /// The blocks of a track: the last one is taken to last as long as those before it.
    private struct BlockTimes {
        var first: Int64
        var last: Int64
        var count: Int64 = 0

        init(first: Int64) { (self.first, self.last) = (first, first) }

        mutating func count(_ tick: Int64) {
            self.first = min(self.first, tick)
            self.last = max(self.last, tick)
            self.count += 1
        }

        var end: Int64 { self.count > 1 ? self.last + (self.last - self.first) / (self.count - 1) : self.last }
    }
}
