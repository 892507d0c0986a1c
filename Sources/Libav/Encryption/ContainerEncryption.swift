import IsoMedia
import MediaCore

/// That a video or a sound is encrypted, by the container's own word: FFmpeg passes most of it on as if it were plain, and a decoder calls it
/// damaged, or makes a picture of the noise.
struct ContainerEncryption: Hashable {
    /// How: `cenc`, `cbcs`, `piff`, `webm`, `scrambled`, ...
    var scheme: String
    /// Pictures are encrypted, not sound alone.
    var hasPictures = true
    /// Nothing of the pictures can be decoded. False where some may be clear: then packets or the decoder tell.
    var isWhole: Bool

    /// Nil where the container says nothing of it.
    /// - Parameters:
    ///   - demuxer: its short name.
    ///   - packets: of transport streams, the PID of the stream of pictures, else of sound.
    static func of(_ source: some ByteSource, demuxer: String, packets: Int?) -> ContainerEncryption? {
        switch demuxer {
        case "mov":
            return TrackProtection(reading: source).map {
                ContainerEncryption(
                    scheme: $0.scheme,
                    hasPictures: $0.hasPictures,
                    isWhole: $0.hasPictures && !$0.isPerSample
                )
            }
        case "matroska":
            return EncryptedMatroska.hasPictures(source).map {
                ContainerEncryption(scheme: "webm", hasPictures: $0, isWhole: $0)
            }
        case "mpegts":
            guard let packets, let part = ScrambledPackets.share(in: source, of: packets) else { return nil }
            return ContainerEncryption(scheme: "scrambled", isWhole: part == 1)
        case "mpeg":
            guard let part = ScrambledPackets.share(inProgramStream: source) else { return nil }
            return ContainerEncryption(scheme: "scrambled", isWhole: part == 1)
        case "asf": return self.isProtectedASF(source) ? ContainerEncryption(scheme: "wmdrm", isWhole: true) : nil
        default: return nil
        }
    }

    /// The Content Encryption Object, its extended and its advanced form (Advanced Systems Format specification, sections 3.14 to 3.16),
    /// among the objects of the header.
    private static func isProtectedASF(_ source: some ByteSource) -> Bool {
        guard let head = try? source.bytes(at: 0, count: 64 << 10), head.count > 30 else { return false }
        let length = Self.little(head, 16)
        var offset = 30
        for _ in 0..<200 where offset + 24 <= head.count && UInt64(offset) < length {
            if self.protections.contains(Array(head[offset..<offset + 16])) { return true }
            let size = Self.little(head, offset + 16)
            guard size >= 24, size < UInt64(head.count) else { return false }
            offset += Int(size)
        }
        return false
    }

    private static func little(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static let protections: Set<[UInt8]> = [
        [0xFB, 0xB3, 0x11, 0x22, 0x23, 0xBD, 0xD2, 0x11, 0xB4, 0xB7, 0x00, 0xA0, 0xC9, 0x55, 0xFC, 0x6E],
        [0x14, 0xE6, 0x8A, 0x29, 0x22, 0x26, 0x17, 0x4C, 0xB9, 0x35, 0xDA, 0xE0, 0x7E, 0xE9, 0x28, 0x9C],
        [0x33, 0x85, 0x05, 0x43, 0x81, 0x69, 0xE6, 0x49, 0x9B, 0x74, 0xAD, 0x12, 0xCB, 0x86, 0xD5, 0x8C],
    ]
}
