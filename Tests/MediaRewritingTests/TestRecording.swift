/// A recording made here, element by element: as browsers write it, or otherwise.
struct TestRecording {
    /// 0 is "unknown", as of live recordings.
    enum Length {
        case unknown
        case unknownInOneByte
        case known
    }

    struct Block {
        var track: UInt8 = 1
        var time: Int16
        var isKey = false
        var isGroup = false
        var duration: UInt8?
        /// Frames in one block; 1 is without lacing.
        var frames: UInt8 = 1
        var payload: [UInt8] = Array("picture".utf8)
    }

    struct Cluster {
        var time: Int
        var blocks: [Block]
        /// Elements in front of the blocks.
        var extras: [UInt8] = []
    }

    var segment = Length.unknown
    var cluster = Length.unknown
    var clusters: [Cluster]
    var information: [UInt8]? =
        element([0x2A, 0xD7, 0xB1], [0x0F, 0x42, 0x40]) + element([0x4D, 0x80], Array("t".utf8))
    var tracks = track(1, 1) + track(2, 2)
    /// Behind the tracks and behind the clusters.
    var front: [UInt8] = []
    var back: [UInt8] = []

    /// Key frames every two seconds, sound between them, four pictures a second.
    static func usual(seconds: Int) -> [Cluster] {
        var blocks: [Block] = []
        for index in 0..<8 {
            let time = Int16(index * 250)
            blocks.append(Block(track: 2, time: time, isKey: true, payload: Array("sound".utf8)))
            blocks.append(Block(time: time, isKey: index == 0, isGroup: index % 2 == 1))
        }
        return stride(from: 0, to: seconds, by: 2).map { Cluster(time: $0 * 1000, blocks: blocks) }
    }

    var bytes: [UInt8] {
        var content = self.information.map { Self.element([0x15, 0x49, 0xA9, 0x66], $0) } ?? []
        content += Self.element([0x16, 0x54, 0xAE, 0x6B], self.tracks) + self.front
        for cluster in self.clusters {
            let time = (0..<4).reversed().map { UInt8(truncatingIfNeeded: cluster.time >> (8 * $0)) }
            let inside = Self.element([0xE7], time) + cluster.extras + cluster.blocks.flatMap(Self.block)
            content += Self.element([0x1F, 0x43, 0xB6, 0x75], inside, self.cluster)
        }
        content += self.back
        return Self.element([0x1A, 0x45, 0xDF, 0xA3], Self.element([0x42, 0x82], Array("webm".utf8)))
            + Self.element([0x18, 0x53, 0x80, 0x67], content, self.segment)
    }

    static func element(_ id: [UInt8], _ content: [UInt8], _ length: Length = .known) -> [UInt8] {
        switch length {
        case .unknown: return id + [0x01] + [UInt8](repeating: 0xFF, count: 7) + content
        case .unknownInOneByte: return id + [0xFF] + content
        case .known:
            if content.count < 127 { return id + [0x80 | UInt8(content.count)] + content }
            let size: [UInt8] = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: content.count >> $0) }
            return id + [0x10 | size[0]] + size[1...] + content
        }
    }

    /// - Parameter kind: 1 pictures, 2 sound.
    static func track(_ number: UInt8, _ kind: UInt8, _ extra: [UInt8] = []) -> [UInt8] {
        self.element([0xAE], self.element([0xD7], [number]) + self.element([0x83], [kind]) + extra)
    }

    static func block(_ block: Block) -> [UInt8] {
        let time = UInt16(bitPattern: block.time)
        let flags: UInt8 = (block.isKey && !block.isGroup ? 0x80 : 0) | (block.frames > 1 ? 0x04 : 0)
        let head = [0x80 | block.track, UInt8(time >> 8), UInt8(truncatingIfNeeded: time), flags]
        var content = head
        if block.frames > 1 { content.append(block.frames - 1) }
        content += block.payload
        guard block.isGroup else { return self.element([0xA3], content) }
        var group = self.element([0xA1], content)
        if let duration = block.duration { group += self.element([0x9B], [duration]) }
        if !block.isKey { group += self.element([0xFB], [0xFF]) }
        return self.element([0xA0], group)
    }
}

/// What a finished file says, read without the code that made it.
struct ReadRecording {
    var duration: Double?
    /// Time and position, from the content of the segment on.
    var cues: [(time: Int, position: Int)] = []
    /// Name and position.
    var seeks: [(id: [UInt8], position: Int)] = []
    var clusterPositions: [Int] = []
    var segmentContent = 0
    /// What the parts of the segment are, in their order.
    var order: [UInt64] = []
    var hasUnknownLength = false
    var isWhole = false

    init(_ bytes: [UInt8]) {
        var position = 0
        while position < bytes.count, let (id, content, end) = self.head(bytes, position) {
            if id == 0x1853_8067 {
                self.segmentContent = content
                self.isWhole = end == bytes.count
                self.readSegment(bytes, content..<min(end, bytes.count))
            }
            position = end
        }
    }

    private mutating func readSegment(_ bytes: [UInt8], _ range: Range<Int>) {
        for (id, content, start) in self.children(bytes, range) {
            self.order.append(id)
            if id == 0x1F43_B675 { self.clusterPositions.append(start - self.segmentContent) }
            for (child, inside, _) in id == 0x1F43_B675 ? [] : self.children(bytes, content) {
                if child == 0x4489 {
                    self.duration = Double(bitPattern: bytes[inside].reduce(0) { $0 << 8 | UInt64($1) })
                }
                let fields = self.children(bytes, inside)
                if child == 0xBB {
                    let places = fields.filter { $0.0 == 0xB7 }.flatMap { self.children(bytes, $0.1) }
                    let times = fields.filter { $0.0 == 0xB3 }.map { Self.number(bytes[$0.1]) }
                    let positions = places.filter { $0.0 == 0xF1 }.map { Self.number(bytes[$0.1]) }
                    self.cues += zip(times, positions).map { ($0, $1) }
                }
                if child == 0x4DBB, fields.count == 2 {
                    self.seeks.append((Array(bytes[fields[0].1]), Self.number(bytes[fields[1].1])))
                }
            }
        }
    }

    private mutating func children(_ bytes: [UInt8], _ range: Range<Int>) -> [(UInt64, Range<Int>, Int)] {
        var (children, position): ([(UInt64, Range<Int>, Int)], Int) = ([], range.lowerBound)
        while position < range.upperBound, let (id, content, end) = self.head(bytes, position), end <= range.upperBound
        {
            children.append((id, content..<end, position))
            position = end
        }
        return children
    }

    private mutating func head(_ bytes: [UInt8], _ position: Int) -> (UInt64, Int, Int)? {
        let idWidth = bytes[position].leadingZeroBitCount + 1
        guard idWidth <= 4, position + idWidth < bytes.count else { return nil }
        let width = bytes[position + idWidth].leadingZeroBitCount + 1
        let content = position + idWidth + width
        guard width <= 8, content <= bytes.count else { return nil }
        let mask = (1 << (7 * width)) - 1
        let size = Self.number(bytes[position + idWidth..<content]) & mask
        if size == mask { self.hasUnknownLength = true }
        return (UInt64(Self.number(bytes[position..<position + idWidth])), content, content + size)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
