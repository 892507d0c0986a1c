import IsoMedia
import MediaCore

/// What the first bytes and the structure say about a file's type.
struct Sniffed: Hashable {
    var type: MediaType
    /// What the container told, where there was one that could be read.
    var container: Container = .none

    enum Container: Hashable {
        case none
        case isoMedia(IsoMediaFacts)
        case matroska(MatroskaFacts)
        case zip
        /// It claims to be a container and is none.
        case broken(ContainerFault)
    }
}

/// Decides the type: own recognisers first, where libmagic is known to be wrong or silent, then libmagic, then the registered name.
struct TypeSniffer {
    let database: MagicDatabase

    /// Never throws for what the bytes hold: a broken container keeps the type that it claims to be.
    func sniff(_ reader: some ByteSource) throws(ContainerFault) -> Sniffed {
        let prefix = try reader.read(at: 0, count: MagicDatabase.prefixBytes)
        let fields = ByteFields(prefix)
        if let type = fields.fourCC(4), IsoMediaSniffer.opens(with: type, size: fields.u32(0)) {
            if let sniffed = IsoMediaSniffer.sniff(reader, prefix: fields, magic: self.magicType(prefix)) {
                return sniffed
            }
        }
        if fields.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return self.matroska(reader) }
        if let type = try self.taggedAudio(reader, prefix: prefix) { return Sniffed(type: type) }
        let magic = self.magicType(prefix)
        if magic == .octetStream || magic.isText, StreamSignatures.isTransportStream(prefix) {
            return Sniffed(type: .mpegTS)
        }
        if fields.starts(with: [0x50, 0x4B, 3, 4]) { return self.zip(reader, magic: magic) }
        return Sniffed(type: MarkupCorrection.type(magic: magic, prefix: prefix))
    }

    private func magicType(_ prefix: [UInt8]) -> MediaType {
        self.database.essence(of: prefix).map(CanonicalName.type) ?? .octetStream
    }

    private func matroska(_ reader: some ByteSource) -> Sniffed {
        do {
            let facts = try MatroskaParser.parse(reader)
            let isAudio = facts.hasAudio && !facts.hasVideo
            switch facts.documentType {
            case "webm": return Sniffed(type: isAudio ? .audioWebM : .webm, container: .matroska(facts))
            case "matroska": return Sniffed(type: isAudio ? .audioMatroska : .matroska, container: .matroska(facts))
            default: return Sniffed(type: .octetStream)
            }
        } catch {
            return Sniffed(type: .matroska, container: .broken(error))
        }
    }

    /// Audio behind an ID3 tag.
    private func taggedAudio(_ reader: some ByteSource, prefix: [UInt8]) throws(ContainerFault) -> MediaType? {
        guard let end = StreamSignatures.endOfID3(prefix) else { return nil }
        switch StreamSignatures.audioFrame(try reader.read(at: end, count: 4096)) {
        case .mpeg: return .mp3
        case .aac: return MediaType("audio/aac")
        case .flac: return .flac
        case nil: return nil
        }
    }

    private func zip(_ reader: some ByteSource, magic: MediaType) -> Sniffed {
        do {
            let essence = try ZipDirectory.parse(reader).essence
            return Sniffed(type: essence.map(MediaType.init) ?? (magic == .octetStream ? .zip : magic), container: .zip)
        } catch {
            return Sniffed(type: magic, container: .broken(error))
        }
    }
}

/// ISO base media files: brands, and what kind of tracks they hold.
enum IsoMediaSniffer {
    /// True where the file's first box is one that such files begin with.
    static func opens(with type: FourCC, size: UInt32?) -> Bool {
        guard let size, size == 0 || size == 1 || size >= 8 else { return false }
        return ["ftyp", "moov", "mdat", "wide", "free", "skip", "styp", "pnot"].contains(type)
    }

    /// Nil where the boxes name nothing known: libmagic has the word.
    static func sniff(_ reader: some ByteSource, prefix: ByteFields, magic: MediaType) -> Sniffed? {
        do {
            let facts = try IsoMediaParser.parse(reader)
            guard facts.brands != nil || facts.movie != nil else { return nil }
            let type = self.type(brands: facts.brands, movie: facts.movie, magic: magic)
            return type.map { Sniffed(type: $0, container: .isoMedia(facts)) }
        } catch {
            guard prefix.fourCC(4) == "ftyp" else {
                return magic == .quicktime || magic == .mp4 ? Sniffed(type: magic, container: .broken(error)) : nil
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
