import CLibvips
import MediaCore

/// How the pixels lie that another decoder than libvips' delivers: rows from the top without gaps, the channels of a pixel side by side.
struct PixelLayout: Hashable {
    /// What the channels mean, besides a last one for alpha.
    enum Colours: Hashable { case grey, rgb }

    var size: PixelSize
    var colours: Colours
    /// Not premultiplied.
    var hasAlpha: Bool
    /// 16 bits of the machine's order in each channel, else 8.
    var isDeep: Bool

    var channels: Int { (self.colours == .grey ? 1 : 3) + (self.hasAlpha ? 1 : 0) }
    var bytesPerPixel: Int { self.channels * (self.isDeep ? 2 : 1) }
    var bytesPerRow: Int { self.size.width * self.bytesPerPixel }

    /// Nil where no memory is large enough.
    var byteCount: Int? {
        let (count, overflow) = self.bytesPerRow.multipliedReportingOverflow(by: self.size.height)
        return overflow ? nil : count
    }

    var format: VipsBandFormat { self.isDeep ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR }

    var interpretation: VipsInterpretation {
        switch self.colours {
        case .grey: self.isDeep ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W
        case .rgb: self.isDeep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB
        }
    }
}

/// A decoder beside libvips' own: it has read the header, and delivers all pixels at once when they are asked for.
protocol PixelDecoder: AnyObject {
    var layout: PixelLayout { get }
    /// An ICC profile of the pixels; nil where they are sRGB.
    var profile: [UInt8]? { get }
    /// EXIF's 1...8, for pixels that are not upright.
    var orientation: Int { get }
    /// Frames or pages; at least 1.
    var frameCount: Int { get }

    /// Writes the pixels of the first frame, or of the page that was asked for.
    /// - Parameter pixels: `layout.byteCount` bytes, all of them zero.
    /// - Throws: ``VipsFailure`` where one of them cannot be told.
    func decode(into pixels: UnsafeMutableRawBufferPointer) throws(VipsFailure)
}

extension PixelDecoder {
    var orientation: Int { 1 }
    var frameCount: Int { 1 }
}
