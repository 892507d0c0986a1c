import IsoMedia

/// The `ftyp` box (ISO/IEC 14496-12 section 4.3): what a file says it is compatible with.
///
/// Read here and not left to libmagic, which looks at the major brand only and knows few: it calls an AVIF with major brand `mif1`
/// image/heif, `MSNV` audio, and `XAVC`, `f4v `, `av01`, `hvc1`, `cmfc` nothing at all.
struct FileTypeBrands: Hashable {
    var major: FourCC
    var compatible: [FourCC]

    /// Nil where the content is shorter than a brand.
    init?(payload: ByteFields) {
        guard let major = payload.fourCC(0) else { return nil }
        self.major = major
        self.compatible = stride(from: 8, to: payload.count - 3, by: 4).compactMap(payload.fourCC)
        // What the picture is coded as stands where others have a version.
        if major == "mif3", let codec = payload.fourCC(4) { self.compatible.append(codec) }
    }

    enum Kind: Hashable {
        case avif
        case heic
        case heif
        /// Canon's CR3.
        case canonRaw
        case motionJPEG2000
        case quicktime
        case mp4
        case m4v
        case audioMP4
        case threeGPP
        case threeGPP2
    }

    /// Nil for brands that say nothing known.
    var kind: Kind? {
        if let still { return still }
        if let kind = Self.kind(of: self.major) { return kind }
        return self.compatible.lazy.compactMap(Self.kind).first
    }

    /// What kind of picture, if one. `mif1` and `miaf` name the container only; the codec's brand stands among the compatible ones.
    var still: Kind? {
        if let kind = Self.stills[self.major] { return kind }
        guard Self.stillContainers.contains(self.major) else { return nil }
        if self.compatible.contains(where: { Self.stills[$0] == .avif }) { return .avif }
        return self.compatible.contains { Self.stills[$0] == .heic } ? .heic : .heif
    }

    /// The major brand is one of moving pictures.
    var isSequence: Bool { ["avis", "msf1", "hevc", "hevx", "hevm", "hevs"].contains(self.major) }

    private static func kind(of brand: FourCC) -> Kind? {
        if let kind = self.movies[brand] { return kind }
        let text = brand.description
        if text.hasPrefix("3gp") || text.hasPrefix("3gr") || text.hasPrefix("3gs") { return .threeGPP }
        if text.hasPrefix("3g2") { return .threeGPP2 }
        if text.hasPrefix("iso") || text.hasPrefix("mp4") || text.hasPrefix("cmf") || text.hasPrefix("dv") {
            return .mp4
        }
        return nil
    }

    private static let stillContainers: Set<FourCC> = [
        "mif1", "mif2", "mif3", "msf1", "miaf", "MiHE", "MiHB", "MA1A", "MA1B",
    ]

    private static let stills: [FourCC: Kind] = [
        "avif": .avif, "avis": .avif, "crx ": .canonRaw,
        "heic": .heic, "heix": .heic, "hevc": .heic, "hevx": .heic,
        "heim": .heic, "heis": .heic, "hevm": .heic, "hevs": .heic,
    ]

    private static let movies: [FourCC: Kind] = [
        "qt  ": .quicktime, "mjp2": .motionJPEG2000, "mj2s": .motionJPEG2000,
        "M4V ": .m4v, "M4VH": .m4v, "M4VP": .m4v,
        "M4A ": .audioMP4, "M4B ": .audioMP4, "M4P ": .audioMP4, "F4A ": .audioMP4, "F4B ": .audioMP4,
        "MSNV": .mp4, "XAVC": .mp4, "f4v ": .mp4, "F4V ": .mp4, "F4P ": .mp4, "avc1": .mp4, "hvc1": .mp4, "hev1": .mp4,
        "av01": .mp4, "vp09": .mp4, "dash": .mp4, "msdh": .mp4, "msix": .mp4, "mmp4": .mp4, "piff": .mp4,
        "NDSC": .mp4, "NDSH": .mp4, "NDSM": .mp4, "NDSP": .mp4, "NDSS": .mp4, "NDXC": .mp4, "NDXH": .mp4, "NDXM": .mp4,
        "NDXP": .mp4, "NDXS": .mp4, "SDV ": .mp4, "niko": .mp4, "isml": .mp4, "ismv": .mp4, "CAEP": .mp4,
    ]
}
