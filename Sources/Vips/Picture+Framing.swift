import CLibvips
package import MediaCore

/// A part of a picture, in its pixels.
package struct PictureWindow: Hashable, Sendable {
    /// Pixels to the left of the window.
    package var left: Int
    /// Rows above the window.
    package var top: Int
    /// Width and height of the window.
    package var size: PixelSize

    package init(left: Int, top: Int, size: PixelSize) {
        self.left = left
        self.top = top
        self.size = size
    }
}

extension Picture {
    /// Where `crop` puts a window of `size`, which is not larger than the picture.
    ///
    /// Attention and entropy look at the picture more than once: they want pixels, not a recipe that reads in sequence (see
    /// ``rendered()``).
    ///
    /// Source: https://www.libvips.org/API/8.14/libvips-conversion.html#vips-smartcrop
    package func window(of size: PixelSize, _ crop: PictureRecipe.Crop) throws(VipsFailure) -> PictureWindow {
        guard self.width > size.width || self.height > size.height else {
            return PictureWindow(left: 0, top: 0, size: size)
        }
        switch crop {
        case .attention: return try self.window(of: size, VIPS_INTERESTING_ATTENTION)
        case .entropy: return try self.window(of: size, VIPS_INTERESTING_ENTROPY)
        case .centre: return self.window(of: size, x: 0.5, y: 0.5)
        case .focalPoint(let point): return self.window(of: size, x: point.x, y: point.y)
        }
    }

    private func window(of size: PixelSize, _ interesting: VipsInteresting) throws(VipsFailure) -> PictureWindow {
        let cut = try self.applying("vips_smartcrop") {
            shim_vips_smartcrop($0, &$1, Int32(clamping: size.width), Int32(clamping: size.height), interesting)
        }
        // Where a cut picture has its origin: its place in the one that it was cut out of, negated.
        return PictureWindow(
            left: -Int(vips_image_get_xoffset(cut.pointer)),
            top: -Int(vips_image_get_yoffset(cut.pointer)),
            size: size
        )
    }

    /// The window whose middle is as near to the point as the picture's edges let it.
    private func window(of size: PixelSize, x: Double, y: Double) -> PictureWindow {
        func start(_ fraction: Double, of whole: Int, _ part: Int) -> Int {
            min(max(0, Int((fraction * Double(whole) - Double(part) / 2).rounded())), max(0, whole - part))
        }
        return PictureWindow(
            left: start(x, of: self.width, size.width),
            top: start(y, of: self.height, size.height),
            size: size
        )
    }

    /// The pixels in the window.
    package func cropped(to window: PictureWindow) throws(VipsFailure) -> Picture {
        if self.width == window.size.width, self.height == window.size.height { return self }
        return try self.applying("vips_crop") {
            shim_vips_crop(
                $0,
                &$1,
                Int32(clamping: window.left),
                Int32(clamping: window.top),
                Int32(clamping: window.size.width),
                Int32(clamping: window.size.height)
            )
        }
    }

    /// The picture in the middle of a canvas of `size`; what is left of it has the colour, or is transparent without one.
    package func centred(on size: PixelSize, background: RGBColor?) throws(VipsFailure) -> Picture {
        guard self.width < size.width || self.height < size.height else { return self }
        let (width, height) = (Int32(clamping: size.width), Int32(clamping: size.height))
        let (left, top) = ((width - Int32(clamping: self.width)) / 2, (height - Int32(clamping: self.height)) / 2)
        guard let background else {
            let transparent = self.hasAlpha ? self : try self.applying("vips_addalpha") { shim_vips_addalpha($0, &$1) }
            return try transparent.applying("vips_embed") { shim_vips_embed($0, &$1, left, top, width, height) }
        }
        return try self.applying("vips_embed") {
            shim_vips_embed_on($0, &$1, left, top, width, height, background.components)
        }
    }

    /// Transparent parts painted over; three bands come out.
    package func flattened(on background: RGBColor) throws(VipsFailure) -> Picture {
        guard self.hasAlpha else { return self }
        return try self.applying("vips_flatten") { shim_vips_flatten($0, &$1, background.components) }
    }

    /// A Gaussian blur. Transparent pixels, whose colour nobody sees, do not bleed into their neighbours.
    ///
    /// A wide one is made of a smaller picture, which nobody can tell and which bounds the work: it grows with the width of the blur.
    /// - Parameter sigma: in pixels.
    package func blurred(sigma: Double) throws(VipsFailure) -> Picture {
        let factor = sigma / Self.widestBlur
        guard factor >= 2 else { return try self.convolved(sigma: sigma) }
        let small = PixelSize(
            width: max(1, Int((Double(self.width) / factor).rounded())),
            height: max(1, Int((Double(self.height) / factor).rounded()))
        )
        return try self.resized(to: small).rendered().convolved(sigma: Self.widestBlur).rendered()
            .resized(to: PixelSize(width: self.width, height: self.height))
    }

    /// Sigma, in pixels, from twice of which on a picture is made smaller to be blurred.
    private static let widestBlur = 8.0

    private func convolved(sigma: Double) throws(VipsFailure) -> Picture {
        guard self.hasAlpha else {
            return try self.applying("vips_gaussblur") { shim_vips_gaussblur($0, &$1, sigma) }
        }
        return try self.applying("vips_premultiply") { shim_vips_premultiply($0, &$1) }
            .applying("vips_gaussblur") { shim_vips_gaussblur($0, &$1, sigma) }
            .applying("vips_unpremultiply") { shim_vips_unpremultiply($0, &$1) }
            .applying("vips_cast") { shim_vips_cast_uchar($0, &$1) }
    }
}

extension RGBColor {
    fileprivate var components: shim_rgb {
        shim_rgb(red: Double(self.red), green: Double(self.green), blue: Double(self.blue))
    }
}
