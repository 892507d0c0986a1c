import MediaCore

/// Ogg and ASF: one signature for sound and for videos. What kinds of streams a file has stands in its head.
enum StreamContainers {
    /// Nil for anything else.
    static func type(_ fields: ByteFields) -> MediaType? {
        if fields.starts(with: Array("OggS\0".utf8)) { return self.ogg(fields) }
        let isASF = fields.starts(with: [
            0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0, 0xAA, 0, 0x62, 0xCE, 0x6C,
        ])
        return isASF ? self.asf(fields) : nil
    }

    /// The first page of every stream comes before any other page (RFC 3533 section 4); its first bytes name the codec. A Skeleton
    /// is no media, and may come first (RFC 5334 section 10.1).
    private static func ogg(_ fields: ByteFields) -> MediaType {
        var offset = 0
        var hasSound = false
        var hasPictures = false
        for _ in 0..<64 {
            guard fields.starts(with: Array("OggS\0".utf8), at: offset), let flags = fields.u8(offset + 5),
                flags & 2 != 0,
                let segments = fields.u8(offset + 26)
            else { break }
            let payload = offset + 27 + Int(segments)
            let lengths = (0..<Int(segments)).compactMap { fields.u8(offset + 27 + $0) }
            hasPictures = hasPictures || self.pictures.contains { fields.starts(with: $0, at: payload) }
            hasSound = hasSound || self.sounds.contains { fields.starts(with: $0, at: payload) }
            offset = payload + lengths.reduce(0) { $0 + Int($1) }
        }
        return hasPictures ? MediaType("video/ogg") : hasSound ? .ogg : MediaType("application/ogg")
    }

    private static let pictures: [[UInt8]] = [
        [0x80] + Array("theora".utf8), Array("BBCD\0".utf8), Array("OVP80".utf8), Array("\u{1}video".utf8),
    ]
    private static let sounds: [[UInt8]] = [
        Array("\u{1}vorbis".utf8), Array("OpusHead".utf8), Array("Speex   ".utf8), [0x7F] + Array("FLAC".utf8),
        Array("fLaC".utf8), Array("PCM     ".utf8), Array("CELT    ".utf8), Array("\u{1}audio".utf8),
    ]

    /// Stream Properties Objects (Advanced Systems Format specification, section 3.3) inside of the header, looked for by their identifier:
    /// what kind each is follows 24 bytes behind its beginning.
    private static func asf(_ fields: ByteFields) -> MediaType {
        let header = Int(clamping: min(fields.littleEndian(16, width: 8) ?? 0, UInt64(fields.count)))
        let properties: [UInt8] = [
            0x91, 0x07, 0xDC, 0xB7, 0xB7, 0xA9, 0xCF, 0x11, 0x8E, 0xE6, 0, 0xC0, 0x0C, 0x20, 0x53, 0x65,
        ]
        let sound: [UInt8] = [0x40, 0x9E, 0x69, 0xF8]
        let pictures: [UInt8] = [0xC0, 0xEF, 0x19, 0xBC]
        var kinds: Set<[UInt8]> = []
        for offset in stride(from: 30, to: max(30, header - 28), by: 1)
        where fields.bytes[offset] == 0x91 && fields.starts(with: properties, at: offset) {
            kinds.insert(Array(fields.bytes[offset + 24..<offset + 28]))
        }
        return kinds.contains(sound) && !kinds.contains(pictures)
            ? MediaType("audio/x-ms-wma") : MediaType("video/x-ms-asf")
    }
}
