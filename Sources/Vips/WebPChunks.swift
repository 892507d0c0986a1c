/// The RIFF chunks of a WebP file (RFC 9649 section 2.5).
enum WebPChunks {
    /// The same picture without its profile, EXIF and XMP chunks, and with the flags that announce them cleared.
    ///
    /// libvips 8.14 writes an EXIF chunk into every WebP, `strip` or not, and makes one up where the image has none.
    /// - Parameter isTransparent: announces transparency. libwebp announces that of its frames; one that is cleared leaves a canvas that is
    ///   transparent behind opaque frames, which decoders other than browsers' then show black.
    /// - Returns: nil where the bytes are no sequence of chunks.
    static func stripped(_ bytes: UnsafeRawBufferPointer, isTransparent: Bool = false) -> [UInt8]? {
        guard bytes.count >= 12, bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8)
        else {
            return nil
        }
        var kept: [UInt8] = Array(bytes[0..<12])
        kept.reserveCapacity(bytes.count)
        var offset = 12
        while offset + 8 <= bytes.count {
            let size = (0..<4).reduce(0) { $0 | Int(bytes[offset + 4 + $1]) << (8 * $1) }
            let end = offset + 8 + size + size % 2
            guard end <= bytes.count else { return nil }
            let name = bytes[offset..<offset + 4]
            if name.elementsEqual("VP8X".utf8), size > 0 {
                let flags = kept.count + 8
                kept += bytes[offset..<end]
                // ICC 0x20, EXIF 0x08, XMP 0x04; alpha 0x10 and animation 0x02 stay.
                kept[flags] &= 0x12
                if isTransparent { kept[flags] |= 0x10 }
            } else if ["VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"].contains(where: { name.elementsEqual($0.utf8) }) {
                kept += bytes[offset..<end]
            }
            offset = end
        }
        for index in 0..<4 { kept[4 + index] = UInt8(truncatingIfNeeded: (kept.count - 8) >> (8 * index)) }
        return kept
    }
}
