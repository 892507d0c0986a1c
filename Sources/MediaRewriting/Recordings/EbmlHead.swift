/// The beginning of an EBML element (RFC 8794 section 5): its name, and where its content lies.
struct EbmlHead: Hashable {
    /// With its length marker, as written in RFC 9559: `0x1A45DFA3`.
    var id: UInt32
    /// Where the element begins, in bytes from the start of the file.
    var start: Int64
    /// Where its content begins.
    var content: Int64
    /// Where it says that it ends, which may be behind the end of the file; nil for "unknown".
    var end: Int64?
}

/// The elements that are looked at (RFC 9559 section 5).
enum ElementID {
    static let ebml: UInt32 = 0x1A45_DFA3
    static let segment: UInt32 = 0x1853_8067
    static let seekHead: UInt32 = 0x114D_9B74
    static let information: UInt32 = 0x1549_A966
    static let tracks: UInt32 = 0x1654_AE6B
    static let cluster: UInt32 = 0x1F43_B675
    static let cues: UInt32 = 0x1C53_BB6B
    static let attachments: UInt32 = 0x1941_A469
    static let chapters: UInt32 = 0x1043_A770
    static let tags: UInt32 = 0x1254_C367
    static let void: UInt32 = 0xEC
    static let checksum: UInt32 = 0xBF

    /// Of the information.
    static let timestampScale: UInt32 = 0x2AD7B1
    static let duration: UInt32 = 0x4489
    static let muxingApplication: UInt32 = 0x4D80
    static let writingApplication: UInt32 = 0x5741

    /// Of the tracks.
    static let track: UInt32 = 0xAE
    static let trackNumber: UInt32 = 0xD7
    static let trackType: UInt32 = 0x83
    static let defaultDuration: UInt32 = 0x23E383

    /// Of clusters.
    static let timestamp: UInt32 = 0xE7
    static let position: UInt32 = 0xA7
    static let previousSize: UInt32 = 0xAB
    static let simpleBlock: UInt32 = 0xA3
    static let blockGroup: UInt32 = 0xA0
    static let block: UInt32 = 0xA1
    static let blockDuration: UInt32 = 0x9B
    static let reference: UInt32 = 0xFB
    static let discardPadding: UInt32 = 0x75A2

    /// What stands in a segment: where one of them comes, a cluster that does not say its length is at its end.
    static let ofSegment: Set<UInt32> = [
        seekHead, information, tracks, cluster, cues, attachments, chapters, tags,
    ]
}

/// Why a recording gets no index.
enum RecordingFault: Error, Hashable {
    /// It is put together in a way that is not understood, or contradicts itself: it stays as it is.
    case notUnderstood(String)
    /// The file system failed.
    case unreadable(String)
}
