package import MediaCore

/// A file that is sound, as far as its structure tells, in a variant of its format that the decoders at hand do not read.
///
/// It is looked for only where a decoder refused: a newer one that reads the variant is not kept from it.
package struct PictureVariant: Hashable, Sendable {
    /// What it is called, for people.
    package var name: String
    /// By its header.
    package var size: PixelSize
    package var colorModel: ColorModel

    /// - Returns: nil where the file is of an ordinary kind, or cut off.
    package static func of(_ source: PictureSource) -> PictureVariant? {
        switch source.type {
        case .jpeg: self.jpeg(source.bytes)
        case .tiff: TiffDirectory(source.bytes)?.variant
        case .jxl: self.jpegXL(source.bytes)
        default: nil
        }
    }

    private static func jpegXL(_ bytes: UnsafeRawBufferPointer) -> PictureVariant? {
        guard let header = try? JxlHeader(bytes), header.isCMYK else { return nil }
        return PictureVariant(name: "JPEG XL with black ink", size: header.layout.size, colorModel: .cmyk)
    }

    private static func jpeg(_ bytes: UnsafeRawBufferPointer) -> PictureVariant? {
        guard let frame = JpegFrame(bytes), !frame.isOrdinary, !JpegPicture.isReadable(frame), frame.isWhole(bytes)
        else {
            return nil
        }
        return PictureVariant(name: frame.name, size: frame.size, colorModel: frame.colorModel)
    }
}
