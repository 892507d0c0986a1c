extension SampleEntry {
    /// AAC and MP3 (ISO/IEC 14496-12 section 12.2.3, 14496-14 section 5.6), also as QuickTime writes them.
    init(sound entry: Box, timescale: UInt32) throws(IsoMediaFault) {
        let fields = entry.content
        // QuickTime's versions 1 and 2 have more fields (QuickTime File Format, "Sound sample description").
        let lengths = [28, 44, 64]
        let version = Int(try fields.u16(8))
        guard lengths.indices.contains(version) else { throw .unsupportedCodec("\(entry.type)") }
        let length = lengths[version]
        let children = try fields.boxes(from: length)
        let stream = try Self.elementaryStream(in: children)
        let configuration = try AudioConfiguration(elementaryStream: stream)
        let entryChannels = Int(try fields.u16(16))
        let channels = configuration.channels ?? entryChannels
        var writer = BoxWriter()
        writer.box("mp4a") { writer in
            writer.zeros(6)
            // The data is in this file: the first reference.
            writer.u16(1)
            writer.zeros(8)
            writer.u16(UInt16(clamping: max(1, channels)))
            writer.u16(16)
            writer.zeros(4)
            writer.u32(timescale <= UInt32(UInt16.max) ? timescale << 16 : 0)
            writer.box("esds") { $0.append(stream.bytes) }
        }
        self.init(box: writer.bytes, codec: configuration.codec)
        self.channels = channels
    }

    /// QuickTime puts it into a box of its own.
    private static func elementaryStream(in children: [Box]) throws(IsoMediaFault) -> BoxContent {
        if let stream = children["esds"] { return stream }
        if let wave = children["wave"], let stream = try wave.boxes()["esds"] { return stream }
        throw .damaged("sound without esds")
    }
}

/// What a decoder of AAC or MP3 is told (ISO/IEC 14496-3 section 1.6.2.1).
struct AudioConfiguration: Hashable, Sendable {
    /// 2 is AAC-LC, 5 and 29 HE-AAC, 34 MP3.
    var objectType: Int
    /// Nil where the stream itself says.
    var channels: Int?

    /// As RFC 6381 section 3.3 names it.
    var codec: String { "mp4a.40.\(self.objectType)" }

    /// - Parameter content: of the `esds` box: descriptors in each other (ISO/IEC 14496-1 section 7.2.6).
    /// - Throws: ``IsoMediaFault/unsupportedCodec(_:)`` for anything else.
    init(elementaryStream content: BoxContent) throws(IsoMediaFault) {
        let stream = try Self.descriptor(3, in: try content.dropping(4))
        let flags = try stream.u8(2)
        var position = 3
        if flags & 0x80 != 0 { position += 2 }
        if flags & 0x40 != 0 { position += 1 + Int(try stream.u8(position)) }
        if flags & 0x20 != 0 { position += 2 }
        let decoder = try Self.descriptor(4, in: try stream.dropping(position))
        let indication = try decoder.u8(0)
        // MP3, by the name of MPEG-1 or of MPEG-2: its frames say all themselves.
        if indication == 0x6B || indication == 0x69 {
            self.objectType = Self.mp3
            self.channels = nil
            return
        }
        // MPEG-4 audio, and AAC as MPEG-2 has it, which is the same stream.
        guard indication == 0x40 || (0x66...0x68).contains(indication) else {
            throw .unsupportedCodec("mp4a.\(String(indication, radix: 16))")
        }
        let specific = try Self.descriptor(5, in: try decoder.dropping(13))
        var bits = BitReader(specific.bytes)
        self.objectType = try bits.objectType()
        // Only AAC: Main, LC, SSR, LTP, the two of HE-AAC, and xHE-AAC.
        guard [1, 2, 3, 4, 5, 29, 42].contains(self.objectType) else {
            throw .unsupportedCodec("mp4a.40.\(self.objectType)")
        }
        if try bits.read(4) == 15 { _ = try bits.read(24) }
        let layout = try bits.read(4)
        self.channels = layout == 7 ? 8 : (1...6).contains(layout) ? layout : nil
    }

    private static let mp3 = 34

    private static func descriptor(_ tag: UInt8, in content: BoxContent) throws(IsoMediaFault) -> BoxContent {
        guard try content.u8(0) == tag else { throw .damaged("esds") }
        var length = 0
        var position = 1
        // Seven bits a byte, at most four of them.
        for _ in 0..<4 {
            let byte = try content.u8(position)
            position += 1
            length = length << 7 | Int(byte & 0x7F)
            guard byte & 0x80 != 0 else { break }
        }
        // Some writers reckon the length of what is inside wrongly; what is there is what counts.
        return try content.part(position, count: min(length, content.count - position))
    }
}

extension BitReader {
    /// Five bits, or six more.
    fileprivate mutating func objectType() throws(IsoMediaFault) -> Int {
        let short = try self.read(5)
        return short == 31 ? 32 + (try self.read(6)) : short
    }
}
