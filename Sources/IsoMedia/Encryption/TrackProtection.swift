package import Primitives

/// That tracks of an MP4 or QuickTime file are encrypted, and how they say so.
///
/// Read from the sample entries, whose place in the file is walked to: the rest of `moov` may be large. Sources: ISO/IEC 14496-12 section
/// 8.12 (`sinf`), ISO/IEC 23001-7 (Common Encryption), Microsoft's Protected Interoperable File Format 1.1 (PIFF), whose boxes are
/// `uuid`; `drmi` and `drms` are FairPlay's.
package struct TrackProtection: Hashable, Sendable {
    /// What the scheme calls itself: `cenc`, `cbcs`, `piff`; or the sample entry's name.
    package private(set) var scheme: String
    /// Whether a track of pictures is encrypted, not of sound alone.
    package private(set) var hasPictures: Bool
    /// True where each sample says whether it is encrypted, as Common Encryption has it: some may be clear. False where the boxes are
    /// others, which FFmpeg does not know.
    package private(set) var isPerSample: Bool

    private static let maximumBoxes = 10_000
    private static let maximumEntriesBytes: Int64 = 1 << 20
    /// Fragments that are looked at: all of a file are made in one way.
    private static let maximumFragments = 16

    /// Nil where no track is encrypted, and where the boxes cannot be read: that is another's to tell.
    package init?(reading source: some ByteSource) {
        var found: TrackProtection?
        var fragments = 0
        var position: Int64 = 0
        for _ in 0..<Self.maximumBoxes {
            guard let bytes = try? source.bytes(at: position, count: BoxHeader.maximumBytes),
                let header = try? BoxHeader(bytes.span), let box = try? header.box(at: position, limit: source.length),
                box.end > position, box.end <= source.length
            else { break }
            position = box.end
            if box.type == "moov" {
                found = (try? Self.all(in: box, of: source))?.merged
                guard let found, found.isPerSample, found.hasPictures else { break }
            } else if box.type == "moof", found != nil {
                if Self.isForeign(box, in: source) { found?.isPerSample = false }
                fragments += 1
                if fragments == Self.maximumFragments { break }
            }
        }
        guard let found else { return nil }
        self = found
    }

    private init(scheme: String, hasPictures: Bool, isPerSample: Bool) {
        (self.scheme, self.hasPictures, self.isPerSample) = (scheme, hasPictures, isPerSample)
    }

    private static func all(
        in movie: FileBox,
        of source: some ByteSource
    ) throws(IsoMediaFault) -> [TrackProtection] {
        var found: [TrackProtection] = []
        for track in try self.children(movie, source) where track.type == "trak" {
            var box = track
            for name: FourCC in ["mdia", "minf", "stbl", "stsd"] {
                guard let next = try self.children(box, source).first(where: { $0.type == name }) else { break }
                box = next
            }
            guard box.type == "stsd", box.size <= self.maximumEntriesBytes else { continue }
            let content = BoxContent(try source.read(at: box.content, count: Int(box.end - box.content)))
            found += try content.boxes(from: 8).compactMap(self.protection)
        }
        return found
    }

    private static func children(_ box: FileBox, _ source: some ByteSource) throws(IsoMediaFault) -> [FileBox] {
        try FileBox.list(in: box.content..<box.end, of: source, atMost: self.maximumBoxes)
    }

    private static func protection(of entry: Box) -> TrackProtection? {
        switch entry.type {
        case "drmi": return .init(scheme: "drmi", hasPictures: true, isPerSample: false)
        case "drms": return .init(scheme: "drms", hasPictures: false, isPerSample: false)
        case "encv", "enca": break
        default: return nil
        }
        let isVideo = entry.type == "encv"
        // Boxes follow the fields of a video's or a sound's entry (sections 12.1.3 and 12.2.3).
        let information = try? entry.content.boxes(from: isVideo ? 78 : 28)["sinf"]?.boxes()
        let name = (try? information?["schm"]?.fourCC(4)).map { "\($0)" }
        let isCommon = ["cenc", "cens", "cbc1", "cbcs"].contains(name)
        let details = try? information?["schi"]?.boxes()
        let isPerSample = isCommon && details?["tenc"] != nil
        return .init(scheme: name ?? "\(entry.type)", hasPictures: isVideo, isPerSample: isPerSample)
    }

    /// True for a fragment that lists what is encrypted in PIFF's box alone.
    private static func isForeign(_ fragment: FileBox, in source: some ByteSource) -> Bool {
        guard let tracks = try? self.children(fragment, source) else { return false }
        return tracks.contains { track in
            guard track.type == "traf", let boxes = try? self.children(track, source),
                !boxes.contains(where: { $0.type == "senc" || $0.type == "saiz" })
            else { return false }
            return boxes.contains { box in
                box.type == "uuid"
                    && (try? source.bytes(at: box.content, count: 16)).map { $0 == self.sampleEncryption } ?? false
            }
        }
    }

    /// PIFF 1.1 section 5.3.2.1, SampleEncryptionBox.
    private static let sampleEncryption: [UInt8] = [
        0xA2, 0x39, 0x4F, 0x52, 0x5A, 0x9B, 0x4F, 0x14, 0xA2, 0x44, 0x6C, 0x42, 0x7C, 0x64, 0x8D, 0xF4,
    ]
}

extension [TrackProtection] {
    /// Of a file with several encrypted tracks: what its pictures have, else its sound.
    fileprivate var merged: TrackProtection? {
        self.first { $0.hasPictures && !$0.isPerSample } ?? self.first(where: \.hasPictures) ?? self.first
    }
}
