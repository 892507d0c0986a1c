import MediaCore

/// Sound behind ID3v2 tags: a second program that tags puts its tag in front of the first one's.
enum TaggedAudio {
    private static let maximumTags = 64
    private static let searchBytes = 64 << 10

    /// What comes behind all tags at the beginning; nil without a tag, and for what is not known.
    static func type(_ reader: some ByteSource, prefix: [UInt8]) throws(ContainerFault) -> MediaType? {
        guard var end = StreamSignatures.endOfID3(prefix) else { return nil }
        var bytes = try reader.read(at: end, count: Self.searchBytes)
        for _ in 0..<Self.maximumTags {
            let start = bytes.firstIndex { $0 != 0 } ?? bytes.endIndex
            // Zeros of padding may stand between, a whole piece of them.
            guard start < bytes.endIndex || bytes.count == Self.searchBytes else { break }
            if start == bytes.endIndex {
                end += Int64(bytes.count)
            } else if let next = StreamSignatures.endOfID3(Array(bytes[start...].prefix(10))) {
                end += Int64(start) + next
            } else {
                break
            }
            bytes = try reader.read(at: end, count: Self.searchBytes)
        }
        switch StreamSignatures.audioFrame(bytes) {
        case .mpeg: return .mp3
        case .aac: return .aac
        case .flac: return .flac
        case nil: break
        }
        let fields = ByteFields(bytes)
        if let type = StreamContainers.type(fields), type.isAudio { return type }
        if let essence = MagicNumbers.essence(fields), MediaType(essence).isAudio { return MediaType(essence) }
        // Sizes of tags are written wrongly now and then.
        for start in bytes.indices where bytes[start] == 0xFF || bytes[start] == 0x0B {
            if let essence = AudioFrames.essence(bytes[start...]) { return MediaType(essence) }
        }
        return nil
    }
}
