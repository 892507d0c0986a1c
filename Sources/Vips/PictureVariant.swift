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
        default: nil
        }
    }

    private static func jpeg(_ bytes: UnsafeRawBufferPointer) -> PictureVariant? {
        guard let frame = JpegFrame(bytes), !frame.isOrdinary, !JpegPicture.isReadable(frame), JpegFrame.isWhole(bytes)
        else {
            return nil
        }
        return PictureVariant(name: frame.name, size: frame.size, colorModel: frame.colorModel)
    }
}
