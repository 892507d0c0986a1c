import MediaCore

/// The markers of a JPEG file in front of its first frame.
enum JpegMarkers {
    /// True for JPEG-LS (ISO/IEC 14495-1 annex C): its frame begins with the marker SOF55, which is not one of JPEG's.
    static func isJpegLS(_ base: some ByteSource) -> Bool {
        var reader = MeteredReader(base, reads: 500)
        var offset: Int64 = 2
        while let fields = try? reader.read(at: offset, upTo: 4), fields.u8(0) == 0xFF, let marker = fields.u8(1) {
            switch marker {
            case 0xFF: offset += 1
            case 0xF7: return true
            // The other frames, a scan, the end.
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF, 0xDA, 0xD9: return false
            default:
                guard let length = fields.u16(2), length >= 2 else { return false }
                offset += 2 + Int64(length)
            }
        }
        return false
    }
}
