import IsoMedia

/// Formats with a magic number that libmagic 5.44 does not know, or takes for something else.
///
/// Sources: the formats' own documents; names from IANA's registry, else from Debian's shared-mime-info.
enum MagicNumbers {
    /// The essence of what begins with these bytes; nil for anything else.
    static func essence(_ fields: ByteFields) -> String? {
        for (offset, bytes, essence) in self.table where fields.starts(with: bytes, at: offset) { return essence }
        return self.resourceFile(fields) ?? self.picture(fields)
    }

    private static let table: [(offset: Int, bytes: [UInt8], essence: String)] = [
        (0, Array("DDS |\0\0\0".utf8), "image/vnd.ms-dds"),
        (0, [0x8B] + Array("JNG\r\n\u{1A}\n".utf8), "image/x-jng"),
        (0, [0x8A] + Array("MNG\r\n\u{1A}\n".utf8), "video/x-mng"),
        (0, [0x59, 0xA6, 0x6A, 0x95], "image/x-sun-raster"),
        (0, Array("#?RADIANCE".utf8), "image/vnd.radiance"),
        (0, Array("#?RGBE".utf8), "image/vnd.radiance"),
        (0, Array("qoif".utf8), "image/qoi"),
        (0, [0xFF, 0x4F, 0xFF, 0x51, 0], "image/x-jp2-codestream"),
        (0, Array("FUJIFILMCCD-RAW".utf8), "image/x-fuji-raf"),
        (0, Array("IIRO".utf8) + [8, 0, 0, 0], "image/x-olympus-orf"),
        (0, Array("IIRS".utf8) + [8, 0, 0, 0], "image/x-olympus-orf"),
        (0, Array("MMOR".utf8), "image/x-olympus-orf"),
        (0, Array("IIU\0".utf8), "image/x-panasonic-rw2"),
        (0, Array("DKIF\0\0".utf8), "video/x-ivf"),
        (0, Array("YUV4MPEG2 ".utf8), "video/x-yuv4mpeg"),
        (0, Array("nut/multimedia container\0".utf8), "video/x-nut"),
        (0, Array("FLV\u{1}".utf8), "video/x-flv"),
        (0, Array("wvpk".utf8), "audio/x-wavpack"),
        (0, Array("TTA1".utf8), "audio/x-tta"),
        (0, Array("TTA2".utf8), "audio/x-tta"),
        (0, Array("tBaK".utf8), "audio/x-tak"),
        (0, Array("MAC ".utf8), "audio/x-ape"),
        (0, Array("MPCK".utf8), "audio/x-musepack"),
        (0, Array("MP+".utf8), "audio/x-musepack"),
        (0, Array("DSD ".utf8) + [28, 0, 0, 0], "audio/x-dsf"),
        (0, Array("caff\0\u{1}".utf8), "audio/x-caf"),
        (0, Array("#!AMR-WB".utf8), "audio/amr-wb"),
        (0, Array("#!AMR".utf8), "audio/amr"),
        (0, Array(".snd\0".utf8), "audio/basic"),
        (0, Array("MThd\0\0\0\u{6}".utf8), "audio/midi"),
        (0, Array("DTSHDHDR".utf8), "audio/vnd.dts.hd"),
        (0, [0x7F, 0xFE, 0x80, 0x01], "audio/vnd.dts"),
        (0, [0xFE, 0x7F, 0x01, 0x80], "audio/vnd.dts"),
        (0, [0x1F, 0xFF, 0xE8, 0x00, 0x07], "audio/vnd.dts"),
        (0, [0xFF, 0x1F, 0x00, 0xE8], "audio/vnd.dts"),
        (0, Array("riff".utf8) + [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB], "audio/x-w64"),
        (8, Array("CR\u{2}\0".utf8), "image/x-canon-cr2"),
        (0, [0x00] + Array("MRM".utf8), "image/x-minolta-mrw"),
        (0, Array("FOVb".utf8), "image/x-sigma-x3f"),
        (0, Array("DanM".utf8), "image/x-msp"),
        (0, Array("LinS".utf8), "image/x-msp"),
        (0, [0xAB] + Array("KTX 11".utf8) + [0xBB, 0x0D, 0x0A, 0x1A, 0x0A], "image/ktx"),
        (0, [0xAB] + Array("KTX 20".utf8) + [0xBB, 0x0D, 0x0A, 0x1A, 0x0A], "image/ktx2"),
        (4, [0xF8, 0x72, 0x6F, 0xBA], "audio/vnd.dolby.mlp"),
        (4, [0xF8, 0x72, 0x6F, 0xBB], "audio/vnd.dolby.mlp"),
    ]

    /// RIFF, its two successors, and IFF: the kind stands behind the length.
    private static func resourceFile(_ fields: ByteFields) -> String? {
        guard let kind = fields.fourCC(8) else { return nil }
        switch (fields.fourCC(0), kind) {
        case ("RIFF", "WAVE"), ("RF64", "WAVE"), ("BW64", "WAVE"), ("RIFX", "WAVE"): return "audio/wav"
        case ("RIFF", "AVI "): return "video/x-msvideo"
        case ("FORM", "AIFF"), ("FORM", "AIFC"): return "audio/aiff"
        case ("FORM", "ILBM"), ("FORM", "PBM "): return "image/x-ilbm"
        case ("FRM8", _) where fields.fourCC(12) == "DSD ": return "audio/x-dff"
        default: return nil
        }
    }

    /// Pictures, and AV1, whose numbers are short: the rest of the header must fit.
    private static func picture(_ fields: ByteFields) -> String? {
        if fields.starts(with: [0x01, 0xDA]), let compression = fields.u8(2), let depth = fields.u8(3),
            let dimensions = fields.u16(4), compression <= 1, (1...2).contains(depth), (1...3).contains(dimensions)
        {
            return "image/x-sgi"
        }
        // AV1 as open bitstream units: an empty delimiter, then a short sequence header (AV1 specification section 5.3.2).
        if fields.starts(with: [0x12, 0, 0x0A]), let length = fields.u8(3), (8...64).contains(length) {
            return "video/av1"
        }
        if fields.starts(with: [1, 0, 0, 0]), fields.starts(with: Array(" EMF".utf8), at: 40) { return "image/emf" }
        guard fields.u8(0) == UInt8(ascii: "P"), let kind = fields.u8(1), let space = fields.u8(2),
            space == 0x20 || (0x09...0x0D).contains(space) || space == UInt8(ascii: "#")
        else { return nil }
        let isNumber = fields.bytes.dropFirst(3).prefix(16).contains {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        switch kind {
        case UInt8(ascii: "1") where isNumber, UInt8(ascii: "4") where isNumber: return "image/x-portable-bitmap"
        case UInt8(ascii: "2") where isNumber, UInt8(ascii: "5") where isNumber: return "image/x-portable-graymap"
        case UInt8(ascii: "3") where isNumber, UInt8(ascii: "6") where isNumber: return "image/x-portable-pixmap"
        case UInt8(ascii: "7") where fields.bytes.prefix(1024).firstRange(of: Array("\nENDHDR\n".utf8)) != nil:
            return "image/x-portable-arbitrarymap"
        case UInt8(ascii: "F") where isNumber, UInt8(ascii: "f") where isNumber: return "image/x-portable-floatmap"
        default: return nil
        }
    }
}
