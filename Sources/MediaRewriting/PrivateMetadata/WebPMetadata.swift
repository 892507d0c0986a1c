/// WebP: RIFF chunks (RFC 9649 section 2.5).
///
/// Stay: bitstreams, transparency, animation, the ICC profile, EXIF's orientation. Go: the rest of EXIF, XMP, unknown chunks, and
/// all that lies behind the end.
enum WebPMetadata {
    private static let visible: Set<String> = ["VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"]
    /// Flags in the first byte of the `VP8X` chunk.
    private static let (exifFlag, xmpFlag) = (UInt8(0x08), UInt8(0x04))

    private struct Chunk {
        var name: String
        /// Header, content and padding.
        var range: Range<Int>
        var length: Int
    }

    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        let chunks = try Self.chunks(of: bytes)
        let orientation = chunks.first { $0.name == "EXIF" }.flatMap { exif in
            ExifOrientation.read(bytes, in: Self.structure(of: exif, in: bytes))
        }
        let exif = orientation.map { Self.exifChunk($0) } ?? []
        let kept = chunks.filter { $0.name == "VP8X" || Self.visible.contains($0.name) }
        // Chunks begin at even offsets; only the file's last one may have gone without its padding.
        let padding = [UInt8](repeating: 0, count: exif.isEmpty ? 0 : (kept.last?.range.count ?? 0) % 2)
        let size = 4 + kept.reduce(0) { $0 + $1.range.count } + padding.count + exif.count
        splice.keep(0..<4)
        splice.replace(4..<8, with: Self.littleEndian(size))
        splice.keep(8..<12)
        for chunk in kept {
            guard chunk.name == "VP8X", let flags = bytes.u8(chunk.range.lowerBound + 8) else {
                splice.keep(chunk.range)
                continue
            }
            let start = chunk.range.lowerBound
            splice.keep(start..<start + 8)
            let plain = flags & ~(Self.exifFlag | Self.xmpFlag) | (exif.isEmpty ? 0 : Self.exifFlag)
            splice.replace(start + 8..<start + 9, with: [plain])
            splice.keep(start + 9..<chunk.range.upperBound)
        }
        // Where the format wants it: behind the picture.
        guard let old = chunks.first(where: { $0.name == "EXIF" }) else { return }
        splice.insert(padding)
        if !exif.isEmpty { splice.replace(old.range, with: exif) }
    }

    private static func chunks(of bytes: ByteView) throws(MetadataFault) -> [Chunk] {
        guard bytes.starts(with: "RIFF", at: 0), bytes.starts(with: "WEBP", at: 8),
            let size = bytes.littleEndian(4, width: 4), size >= 4
        else { throw MetadataFault("no RIFF header") }
        let end = min(bytes.count, 8 + size)
        var chunks: [Chunk] = []
        var offset = 12
        while offset + 8 <= end, let length = bytes.littleEndian(offset + 4, width: 4) {
            guard length <= end - offset - 8 else { throw MetadataFault("a chunk without its end") }
            let name = String(decoding: bytes.array(offset..<offset + 4), as: UTF8.self)
            guard name != "VP8X" || length >= 10 else { throw MetadataFault("a head that is too short") }
            // The padding byte of the last chunk is sometimes left out.
            let next = min(bytes.count, offset + 8 + length + length % 2)
            chunks.append(Chunk(name: name, range: offset..<next, length: length))
            offset = next
        }
        return chunks
    }

    /// The TIFF structure; some writers put JPEG's "Exif\0\0" in front.
    private static func structure(of exif: Chunk, in bytes: ByteView) -> Range<Int> {
        let start = exif.range.lowerBound + 8
        let end = start + exif.length
        return bytes.starts(with: "Exif\0\0", at: start) && exif.length > 6 ? start + 6..<end : start..<end
    }

    private static func exifChunk(_ orientation: Int) -> [UInt8] {
        let content = ExifOrientation.structure(orientation)
        return Array("EXIF".utf8) + self.littleEndian(content.count) + content
    }

    private static func littleEndian(_ value: Int) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
