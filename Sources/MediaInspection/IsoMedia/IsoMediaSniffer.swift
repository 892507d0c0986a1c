import IsoMedia
import MediaCore

/// ISO base media files: brands, and what kind of tracks they hold.
enum IsoMediaSniffer {
    /// True where the file's first box is one that such files begin with.
    static func opens(with type: FourCC, size: UInt32?) -> Bool {
        guard let size, size == 0 || size == 1 || size >= 8 else { return false }
        return ["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"].contains(type)
            || self.segmentStarts.contains(type)
    }

    /// What the pieces of a stream begin with (ISO/IEC 14496-12 section 8.16).
    private static let segmentStarts: Set<FourCC> = ["styp", "sidx", "moof", "emsg", "prft"]

    /// Nil where the boxes name nothing known: libmagic has the word.
    static func sniff(_ reader: some ByteSource, prefix: ByteFields, magic: MediaType) -> Sniffed? {
        do {
            let facts = try IsoMediaParser.parse(reader)
            guard facts.brands != nil || facts.movie != nil else {
                guard facts.hasMediaData, let first = prefix.fourCC(4) else { return nil }
                if Self.segmentStarts.contains(first) { return Sniffed(type: MediaType("video/iso.segment")) }
                // QuickTime's media and nothing to find a picture in it by: the recording, or the upload, ended before the index came.
                return Sniffed(type: .quicktime, container: .broken(.truncated("no moov box")))
            }
            let type = self.type(brands: facts.brands, movie: facts.movie, magic: magic)
            return type.map { Sniffed(type: $0, container: .isoMedia(facts)) }
        } catch {
            guard prefix.fourCC(4) == "ftyp" else {
                if let first = prefix.fourCC(4), Self.segmentStarts.contains(first), prefix.fourCC(8) != nil {
                    return Sniffed(type: MediaType("video/iso.segment"), container: .broken(error))
                }
                if magic == .quicktime || magic == .mp4 { return Sniffed(type: magic, container: .broken(error)) }
                // Media first is QuickTime, also where libmagic does not see that far.
                guard prefix.opensWithMedia else { return nil }
                return Sniffed(type: .quicktime, container: .broken(error))
            }
            let brands = FileTypeBrands(payload: ByteFields(Array(prefix.bytes.dropFirst(8).prefix(248))))
            let type = self.type(brands: brands, movie: nil, magic: magic)
            return type.map { Sniffed(type: $0, container: .broken(error)) }
        }
    }

    private static func type(brands: FileTypeBrands?, movie: IsoMediaFacts.Movie?, magic: MediaType) -> MediaType? {
        guard let brands else { return .quicktime }
        let isAudio = movie.map { $0.hasAudio && !$0.hasVideo } ?? false
        switch brands.kind {
        case .canonRaw: return MediaType("image/x-canon-cr3")
        case .motionJPEG2000: return MediaType("video/mj2")
        case .avif: return .avif
        case .heic: return .heic
        case .heif: return .heif
        case .quicktime: return .quicktime
        case .mp4: return isAudio ? .audioMP4 : .mp4
        case .m4v: return .m4v
        case .audioMP4: return .audioMP4
        case .threeGPP: return MediaType(isAudio ? "audio/3gpp" : "video/3gpp")
        case .threeGPP2: return MediaType(isAudio ? "audio/3gpp2" : "video/3gpp2")
        case nil:
            if magic != .octetStream { return magic }
            return movie == nil ? nil : isAudio ? .audioMP4 : .mp4
        }
    }
}

extension ByteFields {
    /// Begins with a box of media, perhaps behind some that keep room free, as QuickTime writes.
    fileprivate var opensWithMedia: Bool {
        var offset = 0
        for _ in 0..<8 {
            guard let type = self.fourCC(offset + 4), let size = self.u32(offset) else { return false }
            if type == "mdat" { return true }
            guard type == "wide" || type == "free" || type == "skip", size >= 8 else { return false }
            offset += Int(size)
        }
        return false
    }
}
