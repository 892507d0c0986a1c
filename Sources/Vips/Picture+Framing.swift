import CLibvips
package import MediaCore

extension Picture {
    /// The part of `size` pixels that `crop` chooses.
    ///
    /// Attention and entropy look at the picture more than once: they want pixels, not a recipe that reads in sequence (see
    /// ``rendered()``).
    ///
    /// Source: https://www.libvips.org/API/8.14/libvips-conversion.html#vips-smartcrop
    package func cropped(to size: PixelSize, _ crop: PictureRecipe.Crop) throws(VipsFailure) -> Picture {
        if self.width == size.width, self.height == size.height { return self }
        switch crop {
        case .attention: return try self.cropped(to: size, VIPS_INTERESTING_ATTENTION)
        case .entropy: return try self.cropped(to: size, VIPS_INTERESTING_ENTROPY)
        case .centre: return try self.cropped(to: size, x: 0.5, y: 0.5)
        case .focalPoint(let point): return try self.cropped(to: size, x: point.x, y: point.y)
        }
    }

    private func cropped(to size: PixelSize, _ interesting: VipsInteresting) throws(VipsFailure) -> Picture {
        try self.applying("vips_smartcrop") {
            shim_vips_smartcrop($0, &$1, Int32(clamping: size.width), Int32(clamping: size.height), interesting)
        }
    }

    /// The part whose middle is as near to the point as the picture's edges let it.
    private func cropped(to size: PixelSize, x: Double, y: Double) throws(VipsFailure) -> Picture {
        func start(_ fraction: Double, of whole: Int, _ part: Int) -> Int32 {
            let wanted = (fraction * Double(whole) - Double(part) / 2).rounded()
            return Int32(min(max(0, wanted), Double(max(0, whole - part))))
        }
        let left = start(x, of: self.width, size.width)
        let top = start(y, of: self.height, size.height)
        return try self.applying("vips_crop") {
            shim_vips_crop($0, &$1, left, top, Int32(clamping: size.width), Int32(clamping: size.height))
        }
    }

    /// The picture in the middle of a canvas of `size`; what is left of it has the colour, or is transparent without one.
    package func centred(on size: PixelSize, background: RGBColor?) throws(VipsFailure) -> Picture {
        guard self.width < size.width || self.height < size.height else { return self }
        let (width, height) = (Int32(clamping: size.width), Int32(clamping: size.height))
        let (left, top) = ((width - Int32(clamping: self.width)) / 2, (height - Int32(clamping: self.height)) / 2)
        if let background {
            return try self.applying("vips_embed") {
                shim_vips_embed_on(
                    $0,
                    &$1,
                    left,
                    top,
                    width,
                    height,
                    Double(background.red),
                    Double(background.green),
                    Double(background.blue)
                )
            }
        }
        let transparent = self.hasAlpha ? self : try self.applying("vips_addalpha") { shim_vips_addalpha($0, &$1) }
        return try transparent.applying("vips_embed") { shim_vips_embed($0, &$1, left, top, width, height) }
    }

    /// Transparent parts painted over; three bands come out.
    package func flattened(on background: RGBColor) throws(VipsFailure) -> Picture {
        guard self.hasAlpha else { return self }
        return try self.applying("vips_flatten") {
            shim_vips_flatten(
                $0,
                &$1,
                Double(background.red),
                Double(background.green),
                Double(background.blue)
            )
        }
    }

    /// A Gaussian blur. Transparent pixels, whose colour nobody sees, do not bleed into their neighbours.
    /// - Parameter sigma: in pixels.
    package func blurred(sigma: Double) throws(VipsFailure) -> Picture {
        guard self.hasAlpha else {
            return try self.applying("vips_gaussblur") { shim_vips_gaussblur($0, &$1, sigma) }
        }
        return try self.applying("vips_premultiply") { shim_vips_premultiply($0, &$1) }
            .applying("vips_gaussblur") { shim_vips_gaussblur($0, &$1, sigma) }
            .applying("vips_unpremultiply") { shim_vips_unpremultiply($0, &$1) }
            .applying("vips_cast") { shim_vips_cast_uchar($0, &$1) }
    }
}
