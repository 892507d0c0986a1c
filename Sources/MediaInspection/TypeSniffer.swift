import MediaCore

/// What the bytes say about a file's type.
struct Sniffed: Hashable {
    var type: MediaType
    /// What it is as well, for who does not take ``type``: a table is a text.
    var alternatives: [MediaType] = []
    /// Of a text whose bytes are UTF-8 to the last one: `utf-8`.
    var charset: String?
    /// What the container told, where there was one that could be read.
    var container: Container = .none
    /// Of a raw photograph.
    var dimensions: PixelSize?

    /// Of an AVIF or HEIF that moves; nil for others.
    var sequenceFrames: Int? {
        guard case .isoMedia(let facts) = self.container else { return nil }
        return facts.sequenceFrames
    }

    enum Container: Hashable {
        case none
        case isoMedia(IsoMediaFacts)
        case matroska(MatroskaFacts)
        case zip
        /// It claims to be a container and is none.
        case broken(ContainerFault)
    }
}

/// Decides the type: texts by all of their bytes, then own recognisers where libmagic is known to be wrong or silent, then libmagic, then
/// the registered name.
struct TypeSniffer {
    let database: MagicDatabase

    /// Never throws for what the bytes hold: a broken container keeps the type that it claims to be.
    func sniff(_ reader: some ByteSource) throws(ContainerFault) -> Sniffed {
        let prefix = try reader.read(at: 0, count: MagicDatabase.prefixBytes)
        let isSigned = Self.signatures.contains { prefix.starts(with: $0) }
        let scan = isSigned ? nil : try TextScan.scan(reader, prefix: prefix)
        if let scan, !scan.hasOddControls { return TextTypes.sniffed(prefix, scan, length: reader.length) }
        var sniffed = try self.sniffBinary(reader, prefix: prefix)
        // Bytes that are UTF-8 with a strange one in it, and that libmagic knows nothing of but what they are about.
        let isOpinion = sniffed.type == .octetStream || sniffed.type == .json || sniffed.type == .subRip
        if let scan, isOpinion || sniffed.type.essence.hasPrefix("message/") {
            return TextTypes.sniffed(prefix, scan, length: reader.length)
        }
        if sniffed.type.isText { sniffed.charset = scan?.charset }
        return sniffed
    }

    /// What libmagic takes a text for: for who asks for such texts by name.
    func opinion(of reader: some ByteSource) throws(ContainerFault) -> MediaType? {
        let type = self.magicType(try reader.read(at: 0, count: MagicDatabase.prefixBytes))
        // What is proven or is none is not believed.
        let isProven = type == .html || type == .xml || type == .vtt || type == .plainText
        return (type.isText && !isProven) || type.essence.hasPrefix("message/") ? type : nil
    }

    /// Beginnings of other files without a byte that a text could not have: a text in an old encoding may be that short.
    private static let signatures: [[UInt8]] = [
        [0xFF, 0xD8, 0xFF], Array("BZh91AY&SY".utf8), [0x28, 0xB5, 0x2F, 0xFD],
    ]

    private func sniffBinary(_ reader: some ByteSource, prefix: [UInt8]) throws(ContainerFault) -> Sniffed {
        let fields = ByteFields(prefix)
        if let type = fields.fourCC(4), IsoMediaSniffer.opens(with: type, size: fields.u32(0)) {
            if let sniffed = IsoMediaSniffer.sniff(reader, prefix: fields, magic: self.magicType(prefix)) {
                return sniffed
            }
        }
        if fields.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return self.matroska(reader) }
        if let type = try TaggedAudio.type(reader, prefix: prefix) { return Sniffed(type: type) }
        if let type = StreamContainers.type(fields) { return Sniffed(type: type) }
        if let essence = IconDirectory.essence(fields, length: reader.length) ?? MagicNumbers.essence(fields) {
            return Sniffed(type: MediaType(essence))
        }
        if let essence = AudioFrames.essence(prefix[...]) { return Sniffed(type: MediaType(essence)) }
        let magic = self.magicType(prefix)
        if magic == .octetStream || magic.isText, StreamSignatures.isTransportStream(prefix) {
            return Sniffed(type: .mpegTS)
        }
        if fields.starts(with: [0x50, 0x4B, 3, 4]) { return self.zip(reader, magic: magic) }
        if fields.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return self.compoundFile(reader, magic: magic) }
        switch magic {
        case .tiff: return self.tiff(reader)
        case .jpeg: return Sniffed(type: JpegMarkers.isJpegLS(reader) ? .jpegLS : .jpeg)
        default: break
        }
        guard magic.isText || magic == .svg || magic == .octetStream else { return Sniffed(type: magic) }
        // No text by its bytes, whatever libmagic says; but markup that a browser might run stays what it is.
        if let markup = MarkupSniffer(prefix: TextPrefix(prefix.prefix(MagicDatabase.textPrefixBytes))).finding.type {
            return Sniffed(type: markup)
        }
        return Sniffed(
            type: WeakSignatures.essence(prefix, length: reader.length).map(MediaType.init) ?? .octetStream
        )
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

    private func zip(_ reader: some ByteSource, magic: MediaType) -> Sniffed {
        do {
            let essence = try ZipDirectory.essence(reader)
            // Documents are proven by their parts; of other archives libmagic knows more kinds.
            let isGuess = magic == .octetStream || [.docx, .xlsx, .pptx, .odt, .ods, .epub].contains(magic)
            return Sniffed(type: essence.map(MediaType.init) ?? (isGuess ? .zip : magic), container: .zip)
        } catch {
            return Sniffed(type: magic, container: .broken(error))
        }
    }

    private func compoundFile(_ reader: some ByteSource, magic: MediaType) -> Sniffed {
        let unknown = MediaType("application/x-ole-storage")
        do {
            let type = MediaType(try CompoundFile.root(reader).essence)
            // libmagic knows more programs, but guesses the three common types from words in the first bytes.
            let isGuess = magic == .octetStream || magic == .doc || magic == .xls || magic == .ppt
            return Sniffed(type: type != unknown || isGuess ? type : magic)
        } catch {
            return Sniffed(type: magic == .octetStream ? unknown : magic, container: .broken(error))
        }
    }

    private func tiff(_ reader: some ByteSource) -> Sniffed {
        guard let directories = TiffDirectories(reader), let type = directories.rawType else {
            return Sniffed(type: .tiff)
        }
        return Sniffed(type: type, dimensions: directories.rawSize)
    }
}
