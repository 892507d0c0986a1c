/// JPEG: marker segments (ITU-T T.81 annex B).
///
/// Stay: tables, frames and scans; JFIF without its thumbnail; the ICC profile; Adobe's word on the colour transform; EXIF's
/// orientation. Go: the rest of EXIF, XMP, IPTC, comments, every other application segment, and all that lies behind the end
/// of the picture: further pictures (with EXIF of their own), videos of "motion photos".
enum JpegMetadata {
    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        guard bytes.u16(0) == 0xFFD8 else {
            throw MetadataFault("no start of image")
        }
        splice.keep(0..<2)
        var offset = 2
        var hasExif = false
        while let start = Self.nextMarker(bytes, from: offset), let marker = bytes.u8(start + 1) {
            switch marker {
            case 0xD9:
                return splice.keep(start..<start + 2)
            case 0x01, 0xD0...0xD7:
                offset = start + 2
                splice.keep(start..<offset)
            default:
                guard let length = bytes.u16(start + 2), length >= 2, bytes.contains(start..<start + 2 + length) else {
                    throw MetadataFault("a segment without its length")
                }
                let segment = start..<start + 2 + length
                offset = segment.upperBound
                switch marker {
                case 0xDA:
                    offset = Self.endOfScan(bytes, from: offset)
                    splice.keep(start..<offset)
                case 0xE0: Self.rewriteJfif(bytes, segment, into: &splice)
                case 0xE1:
                    guard !hasExif, segment.count >= 10, bytes.starts(with: "Exif\0", at: start + 4) else { continue }
                    hasExif = true
                    guard let orientation = ExifOrientation.read(bytes, in: start + 10..<segment.upperBound) else {
                        continue
                    }
                    splice.replace(segment, with: Self.exifSegment(orientation))
                case 0xE2 where bytes.starts(with: "ICC_PROFILE\0", at: start + 4): splice.keep(segment)
                case 0xEE where bytes.starts(with: "Adobe", at: start + 4): splice.keep(segment)
                // Frames, tables and the rest of what decoding needs; neither application segments nor comments nor reserved codes.
                case 0xC0...0xCF, 0xDB...0xDF: splice.keep(segment)
                default: continue
                }
            }
        }
        // Cut off, or without its end marker: decoders show it all the same.
    }

    /// The next 0xFF that a marker's code follows. Fill bytes, and garbage that decoders skip, stay behind.
    private static func nextMarker(_ bytes: ByteView, from start: Int) -> Int? {
        var offset = start
        while let found = bytes.firstIndex(of: 0xFF, from: offset), let code = bytes.u8(found + 1) {
            if code != 0, code != 0xFF { return found }
            offset = found + 1
        }
        return nil
    }

    /// Where entropy-coded data ends: at a marker that is neither a stuffed byte nor a restart.
    private static func endOfScan(_ bytes: ByteView, from start: Int) -> Int {
        var offset = start
        while let found = bytes.firstIndex(of: 0xFF, from: offset), let code = bytes.u8(found + 1) {
            if code != 0, code != 0xFF, !(0xD0...0xD7).contains(code) { return found }
            offset = found + (code == 0xFF ? 1 : 2)
        }
        return bytes.count
    }

    /// JFIF 1.02: 14 bytes, then a thumbnail, which may show what was cropped away. "JFXX" holds nothing but thumbnails.
    private static func rewriteJfif(_ bytes: ByteView, _ segment: Range<Int>, into splice: inout SpliceBuilder) {
        let content = segment.lowerBound + 4
        guard bytes.starts(with: "JFIF\0", at: content), segment.count >= 18 else { return }
        let plain = [0xFF, 0xE0, 0, 16] + bytes.array(content..<content + 12) + [0, 0]
        splice.replace(segment, with: plain)
    }

    private static func exifSegment(_ orientation: Int) -> [UInt8] {
        let content = Array("Exif\0\0".utf8) + ExifOrientation.structure(orientation)
        return [0xFF, 0xE1, 0, UInt8(truncatingIfNeeded: content.count + 2)] + content
    }
}
