import MediaCore

/// Reads the head of a Matroska or WebM file: the document type, the length, the tracks. Stops there; the media is not read.
///
/// Sources: RFC 8794 (EBML), RFC 9559 (Matroska, section 5).
struct MatroskaParser<Base: ByteSource> {
    private var reader: MeteredReader<Base>
    private var facts = MatroskaFacts(documentType: "")
    private var duration: Double?
    private var hasInfo = false
    private var hasTracks = false

    /// Elements in one parent that are looked at.
    private static var maximumElements: Int { 10_000 }

    /// - Throws: ``ContainerFault``, also where no tracks are found.
    static func parse(_ base: Base) throws(ContainerFault) -> MatroskaFacts {
        var parser = MatroskaParser(reader: MeteredReader(base))
        return try parser.parseFile()
    }

    private init(reader: MeteredReader<Base>) {
        self.reader = reader
    }

    private mutating func parseFile() throws(ContainerFault) -> MatroskaFacts {
        guard let header = try EbmlElement.read(at: 0, from: &self.reader), header.id == 0x1A45_DFA3,
            let headerEnd = header.end
        else { throw .malformed("no EBML header") }
        try self.children(from: header.content, to: headerEnd) { (parser, element) throws(ContainerFault) in
            guard element.id == 0x4282 else { return }
            let text = try parser.payload(element, upTo: 32).bytes.prefix { $0 != 0 }
            parser.facts.documentType = String(decoding: text, as: UTF8.self)
        }
        var offset = headerEnd
        for _ in 0..<16 {
            guard let element = try EbmlElement.read(at: offset, from: &self.reader) else { break }
            if element.id == 0x1853_8067 {
                try self.segment(element)
                return self.facts
            }
            guard let end = element.end else { throw .malformed("element of unknown size") }
            offset = end
        }
        throw .truncated("no segment")
    }

    private mutating func segment(_ segment: EbmlElement) throws(ContainerFault) {
        if let end = segment.end, end > self.reader.length { self.facts.isTruncated = true }
        var offset = segment.content
        let end = min(segment.end ?? self.reader.length, self.reader.length)
        for _ in 0..<Self.maximumElements {
            guard offset < end, !(self.hasInfo && self.hasTracks),
                let element = try EbmlElement.read(at: offset, from: &self.reader)
            else { break }
            switch element.id {
            case 0x1549_A966: try self.info(element)
            case 0x1654_AE6B: try self.tracks(element)
            default: break
            }
            // A cluster of unknown size ends where the next one begins: its blocks are walked as if they were its siblings.
            guard element.end != nil || element.id == 0x1F43_B675 else { throw .malformed("element of unknown size") }
            offset = element.end ?? element.content
        }
        guard self.hasTracks else {
            throw self.facts.isTruncated ? .truncated("no tracks") : .malformed("no tracks")
        }
        if let duration {
            let seconds = duration * Double(self.facts.timestampScale) / 1_000_000_000
            if seconds.isFinite, seconds > 0, seconds < 3_200_000_000 { self.facts.durationSeconds = seconds }
        }
    }

    private mutating func info(_ element: EbmlElement) throws(ContainerFault) {
        self.hasInfo = true
        try self.children(of: element) { (parser, element) throws(ContainerFault) in
            switch element.id {
            case 0x2AD7B1: parser.facts.timestampScale = try parser.payload(element, upTo: 8).ebmlUnsigned ?? 1_000_000
            case 0x4489: parser.duration = try parser.payload(element, upTo: 8).ebmlFloat
            default: break
            }
        }
    }

    private mutating func tracks(_ element: EbmlElement) throws(ContainerFault) {
        self.hasTracks = true
        try self.children(of: element) { (parser, element) throws(ContainerFault) in
            guard element.id == 0xAE else { return }
            var type: UInt64 = 0
            var video = MatroskaVideo()
            try parser.children(of: element) { (parser, element) throws(ContainerFault) in
                switch element.id {
                case 0x83: type = try parser.payload(element, upTo: 8).ebmlUnsigned ?? 0
                case 0xE0: try parser.video(element, into: &video)
                default: break
                }
            }
            if type == 2 { parser.facts.hasAudio = true }
            guard type == 1 else { return }
            parser.facts.hasVideo = true
            if parser.facts.width == nil, let size = video.shown {
                (parser.facts.width, parser.facts.height) = size
            }
        }
    }

    private mutating func video(_ element: EbmlElement, into video: inout MatroskaVideo) throws(ContainerFault) {
        var found = video
        try self.children(of: element) { (parser, element) throws(ContainerFault) in
            switch element.id {
            case 0x7670:
                try parser.children(of: element) { (parser, element) throws(ContainerFault) in
                    guard element.id == 0x7675 else { return }
                    found.roll = try parser.payload(element, upTo: 8).ebmlFloat ?? 0
                }
            case 0xB0, 0xBA, 0x54B0, 0x54BA, 0x54B2:
                found.numbers[element.id] = try parser.payload(element, upTo: 8).ebmlUnsigned
            default: break
            }
        }
        video = found
    }

    private mutating func children(
        of parent: EbmlElement,
        _ visit: (inout Self, EbmlElement) throws(ContainerFault) -> Void
    ) throws(ContainerFault) {
        guard let end = parent.end else { throw .malformed("element of unknown size") }
        try self.children(from: parent.content, to: end, visit)
    }

    private mutating func children(
        from start: Int64,
        to end: Int64,
        _ visit: (inout Self, EbmlElement) throws(ContainerFault) -> Void
    ) throws(ContainerFault) {
        guard end <= self.reader.length else { throw .truncated("element at \(start)") }
        var offset = start
        for _ in 0..<Self.maximumElements {
            guard offset < end, let element = try EbmlElement.read(at: offset, from: &self.reader) else { return }
            guard let childEnd = element.end, childEnd <= end else { throw .malformed("element at \(offset)") }
            try visit(&self, element)
            offset = childEnd
        }
        throw .tooComplex("too many elements")
    }

    private mutating func payload(_ element: EbmlElement, upTo count: Int) throws(ContainerFault) -> ByteFields {
        guard let end = element.end, end - element.content <= Int64(count) else { return ByteFields([]) }
        return try self.reader.read(at: element.content, upTo: Int(end - element.content))
    }
}

/// The numbers in a `Video` element (RFC 9559 section 5.1.4.1.28).
struct MatroskaVideo: Hashable {
    /// By element: PixelWidth 0xB0, PixelHeight 0xBA, DisplayWidth 0x54B0, DisplayHeight 0x54BA, DisplayUnit 0x54B2.
    var numbers: [UInt32: UInt64] = [:]
    /// ProjectionPoseRoll, in degrees: how far the picture is to be turned.
    var roll = 0.0

    /// The size to show, upright; display sizes count where they are in pixels.
    var shown: (Int, Int)? {
        let inPixels = (self.numbers[0x54B2] ?? 0) == 0
        let width = (inPixels ? self.positive(0x54B0) : nil) ?? self.positive(0xB0)
        let height = (inPixels ? self.positive(0x54BA) : nil) ?? self.positive(0xBA)
        guard let width, let height else { return nil }
        let quarterTurn = abs(abs(self.roll) - 90) < 1 || abs(abs(self.roll) - 270) < 1
        return quarterTurn ? (height, width) : (width, height)
    }

    private func positive(_ id: UInt32) -> Int? {
        guard let number = self.numbers[id], number > 0, number <= 1 << 20 else { return nil }
        return Int(number)
    }
}
