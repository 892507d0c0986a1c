import MediaCore

extension RecordingScan {
    /// Reads the blocks of a cluster (RFC 9559 section 5.1.3) and finds its end.
    /// - Returns: false where the file ends in it; then `cluster` ends behind its last whole element.
    mutating func readBlocks(of cluster: inout RecordingCluster) throws(RecordingFault) -> Bool {
        let head = cluster.head
        let end = min(head.end ?? self.limit, self.limit)
        var time: Int64?
        var isFirst = true
        // A checksum is wrong only where something else changes.
        var tellsPlace = false
        defer { if !tellsPlace { cluster.outdated = [] } }
        while cluster.end < end {
            guard let child = try self.reader.head(at: cluster.end) else { return false }
            if head.end == nil, ElementID.ofSegment.contains(child.id) || child.id == ElementID.ebml { return true }
            guard let next = child.end else { throw .notUnderstood("an element without a length") }
            guard next <= end else {
                guard end == self.limit else { throw .notUnderstood("the end of a cluster") }
                return false
            }
            switch child.id {
            case ElementID.timestamp:
                let ticks = try self.reader.unsigned(child)
                guard ticks < 1 << 50 else { throw .notUnderstood("the time of a cluster") }
                time = Int64(ticks)
            case ElementID.simpleBlock, ElementID.blockGroup:
                guard let time else { throw .notUnderstood("a cluster without a time") }
                let isGroup = child.id == ElementID.blockGroup
                let block = isGroup ? try self.group(child, time) : try self.block(child, time)
                if let block { self.count(block, isFirst: &isFirst) }
            case ElementID.position, ElementID.previousSize, ElementID.checksum:
                cluster.outdated.append(child.start)
                tellsPlace = tellsPlace || child.id != ElementID.checksum
                guard cluster.outdated.count < 100 else { throw .notUnderstood("a cluster with many positions") }
            default: break
            }
            cluster.end = next
        }
        return true
    }

    private struct FoundBlock {
        var track: UInt64
        var block: BlockTimes.Block
        var isKeyFrame: Bool
    }

    private mutating func count(_ found: FoundBlock, isFirst: inout Bool) {
        self.tracks[found.track]?.count(found.block)
        guard found.track == self.cueTrack else { return }
        // The cluster is appended when it has been read.
        let cue = CueList.Cue(time: found.block.time, cluster: self.clusters.count)
        if found.isKeyFrame, self.tracks[found.track]?.kind == .picture { self.keyFrames.add(cue) }
        if isFirst { self.clusterStarts.add(cue) }
        isFirst = false
    }

    /// The head of a Block or SimpleBlock (section 10.1 and 10.2); nil for one that is too short for it.
    private mutating func block(_ head: EbmlHead, _ clusterTime: Int64) throws(RecordingFault) -> FoundBlock? {
        let size = (head.end ?? head.content) - head.content
        let bytes = try self.reader.bytes(at: head.content, upTo: Int(min(size, 12)))
        guard let track = VariableNumber(bytes) else { return nil }
        let rest = Array(bytes.dropFirst(track.width))
        guard rest.count >= 3 else { return nil }
        let time = clusterTime + Int64(Int16(bitPattern: UInt16(rest[0]) << 8 | UInt16(rest[1])))
        let isLaced = rest[2] & 0x06 != 0
        guard !isLaced || rest.count >= 4 else { return nil }
        let frames = isLaced ? Int64(rest[3]) + 1 : 1
        return FoundBlock(track: track.value, block: .init(time: time, frames: frames), isKeyFrame: rest[2] & 0x80 != 0)
    }

    /// A BlockGroup (section 5.1.3.5): its block is a key frame where it refers to no other.
    private mutating func group(_ head: EbmlHead, _ clusterTime: Int64) throws(RecordingFault) -> FoundBlock? {
        var found: FoundBlock?
        var (duration, padding, hasReference) = (Int64?.none, Int64(0), false)
        for child in try self.reader.children(of: head) {
            switch child.id {
            case ElementID.block: found = try self.block(child, clusterTime)
            case ElementID.blockDuration:
                let ticks = try self.reader.unsigned(child)
                duration = ticks < 1 << 40 ? Int64(ticks) : nil
            case ElementID.discardPadding: padding = min(max(0, try self.reader.signed(child)), 10_000_000_000)
            case ElementID.reference: hasReference = true
            default: break
            }
        }
        found?.isKeyFrame = !hasReference
        found?.block.duration = duration
        found?.block.padding = padding
        return found
    }
}
