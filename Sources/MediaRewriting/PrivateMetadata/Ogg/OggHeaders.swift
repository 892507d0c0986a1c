/// The packets in front of a logical stream's media, as far as they tell more than decoders need.
///
/// Sources: Vorbis I section 5, RFC 7845 section 5.2 (Opus), Theora section 6.3, the mappings of FLAC (RFC 9639 section 10.1), Speex,
/// VP8, PCM and Kate, Skeleton 3 and 4.
struct OggHeaders {
    private enum Kind {
        /// Comments in the second packet, behind these bytes; Vorbis has a bit behind them.
        case comments(mark: [UInt8], length: Int, isFramed: Bool)
        /// Metadata blocks of FLAC, one a packet.
        case blocks
        case plain
        case unknown
    }

    private var kind: Kind?
    private var count = 0
    /// Whether there are more packets to be looked into.
    private(set) var isOpen = true
    /// Whether it is a stream that nobody knows: nothing of it stays.
    private(set) var isUnknown = false

    /// Those of a stream that has none.
    static let none = OggHeaders(isOpen: false, isUnknown: true)

    init() {}

    private init(isOpen: Bool, isUnknown: Bool) { (self.isOpen, self.isUnknown) = (isOpen, isUnknown) }

    /// More bytes of comments, covers among them, are not read: nothing of them stays.
    static let maximumLength = 16 << 20

    /// - Parameter packet: the next one of the stream.
    /// - Returns: as many other bytes, or fewer, behind which zeros follow; nil where it stays as it is.
    mutating func replacement(for packet: [UInt8]) throws(MetadataFault) -> [UInt8]? {
        self.count += 1
        guard let kind = self.kind else {
            let kind = Self.kind(of: packet)
            self.kind = kind
            return self.replacement(forFirst: packet, of: kind)
        }
        switch kind {
        case .comments(let mark, let length, let isFramed):
            self.isOpen = false
            guard packet.starts(with: mark), packet.count >= length else {
                // Streams of OGM have comments sometimes.
                if mark == Self.vorbisMark, !isFramed { return nil }
                throw MetadataFault("a stream without comments")
            }
            let comments = VorbisComments(packet[length...]).listenersOnly
            return packet[..<length] + comments + (isFramed ? [1] : [])
        case .blocks:
            // A frame: the last block did not say that it is the last.
            guard packet.count >= 4, packet[0] != 0xFF else {
                self.isOpen = false
                return nil
            }
            if packet[0] & 0x80 != 0 || self.count > 1000 { self.isOpen = false }
            let content = FlacBlock.content(packet[0] & 0x7F, packet[4...])
            // As long as before: what is no longer needed becomes padding.
            let head = content == nil ? packet[0] & 0x80 | FlacBlock.padding : packet[0]
            return [head] + packet[1..<4] + (content ?? [])
        case .plain, .unknown: return nil
        }
    }

    private mutating func replacement(forFirst packet: [UInt8], of kind: Kind) -> [UInt8]? {
        switch kind {
        case .comments: return nil
        case .blocks:
            // Of the present mapping it holds the first block, which may be the last one.
            self.isOpen = packet.count < 14 || packet[13] & 0x80 == 0
            return nil
        case .plain:
            self.isOpen = false
            // Skeleton says when it was recorded.
            guard packet.starts(with: Array("fishead\0".utf8)), packet.count >= 64 else { return nil }
            return packet[..<44] + [UInt8](repeating: 0, count: 20) + packet[64...]
        case .unknown:
            self.isOpen = false
            self.isUnknown = true
            return nil
        }
    }

    private static let vorbisMark = [3] + Array("vorbis".utf8)

    private static let kinds: [(first: [UInt8], kind: Kind)] = [
        ([1] + Array("vorbis".utf8), .comments(mark: vorbisMark, length: 7, isFramed: true)),
        (Array("OpusHead".utf8), .comments(mark: Array("OpusTags".utf8), length: 8, isFramed: false)),
        ([0x80] + Array("theora".utf8), .comments(mark: [0x81] + Array("theora".utf8), length: 7, isFramed: false)),
        ([0x80] + Array("daala".utf8), .comments(mark: [0x81] + Array("daala".utf8), length: 6, isFramed: false)),
        ([0x80] + Array("kate\0\0\0".utf8), .comments(mark: [0x81] + Array("kate".utf8), length: 9, isFramed: false)),
        (Array("OVP80\u{1}".utf8), .comments(mark: Array("OVP80\u{2}".utf8), length: 7, isFramed: false)),
        (Array("Speex   ".utf8), .comments(mark: [], length: 0, isFramed: false)),
        (Array("CELT    ".utf8), .comments(mark: [], length: 0, isFramed: false)),
        (Array("PCM     ".utf8), .comments(mark: [], length: 0, isFramed: false)),
        ([1] + Array("video\0\0\0".utf8), .comments(mark: vorbisMark, length: 7, isFramed: false)),
        ([1] + Array("audio\0\0\0".utf8), .comments(mark: vorbisMark, length: 7, isFramed: false)),
        ([1] + Array("text\0\0\0\0".utf8), .comments(mark: vorbisMark, length: 7, isFramed: false)),
        ([0x7F] + Array("FLAC".utf8), .blocks), (Array("fLaC".utf8), .blocks),
        (Array("fishead\0".utf8), .plain), (Array("BBCD\0".utf8), .plain),
    ]

    private static func kind(of first: [UInt8]) -> Kind {
        self.kinds.first { first.starts(with: $0.first) }?.kind ?? .unknown
    }
}
