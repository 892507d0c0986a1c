import CLibvips
package import MediaCore

/// A libvips image, which is a recipe rather than pixels: nothing is decoded until something asks for the result.
///
/// Owns one reference to the C object, and keeps the bytes it reads from alive. Not `Sendable`: one job, one thread.
///
/// Source: https://www.libvips.org/API/8.14/VipsImage.html
package final class Picture {
    let pointer: UnsafeMutablePointer<VipsImage>
    /// The mapped file, while the recipe still reads from it.
    private let source: PictureSource?

    /// Takes over the reference.
    init(owning pointer: UnsafeMutablePointer<VipsImage>, source: PictureSource?) {
        self.pointer = pointer
        self.source = source
    }

    deinit { shim_object_unref(self.pointer) }

    /// Pixels per row.
    package var width: Int { Int(vips_image_get_width(self.pointer)) }

    /// Rows; of all frames together when several were loaded, one below the other.
    package var height: Int { Int(vips_image_get_height(self.pointer)) }

    /// Bands: colour channels and alpha.
    package var bands: Int { Int(vips_image_get_bands(self.pointer)) }

    /// Several frames, one below the other.
    var isAnimation: Bool { Int(vips_image_get_page_height(self.pointer)) < self.height }

    /// The memory that all pixels take.
    package var uncompressedSize: ByteCount {
        ByteCount(bytes: Int64(self.width) * Int64(self.height) * Int64(shim_sizeof_pel(self.pointer)))
    }

    /// Whether there is an alpha channel, used or not.
    /// A packed Lab has four bytes and three channels, which libvips takes for one of them.
    package var hasAlpha: Bool {
        vips_image_get_coding(self.pointer) != VIPS_CODING_LABQ && vips_image_hasalpha(self.pointer) != 0
    }

    /// Runs one libvips call that makes an image from this one.
    func applying(
        _ operation: String,
        _ call: (UnsafeMutablePointer<VipsImage>, inout UnsafeMutablePointer<VipsImage>?) -> Int32
    ) throws(VipsFailure) -> Picture {
        var out: UnsafeMutablePointer<VipsImage>?
        guard call(self.pointer, &out) == 0, let out else { throw VipsFailure.take(from: operation) }
        return Picture(owning: out, source: self.source)
    }
}

/// What a picture's header says, read without decoding a pixel.
package struct PictureHeader: Hashable, Sendable {
    /// One frame as it lies in the file.
    package var stored: PixelSize
    /// Frames of an animation, pages of a TIFF, top-level images of a HEIF; at least 1.
    package var frames: Int
    /// EXIF orientation, 1...8; 1 where the loader has already turned the picture (HEIF) or nothing is said.
    package var orientation: Int

    /// One frame as it is meant to be seen: orientations 5 to 8 lie on their side.
    package var upright: PixelSize {
        guard self.orientation >= 5 else { return self.stored }
        return PixelSize(width: self.stored.height, height: self.stored.width)
    }
}

extension Picture {
    /// The header; for a picture opened with its first frame only.
    package var header: PictureHeader {
        PictureHeader(
            stored: PixelSize(width: self.width, height: self.height),
            frames: max(1, Int(vips_image_get_n_pages(self.pointer))),
            orientation: min(8, max(1, Int(vips_image_get_orientation(self.pointer))))
        )
    }
}
