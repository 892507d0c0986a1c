import CLibvips
package import MediaCore

/// The frames of a GIF or WebP, one at a time, and how long each is shown.
///
/// libvips loads an animation as one tall picture. Shrinking that as a whole would mix the rows where two frames meet, so each frame
/// is cut out, goes its own way, and is put back below the one before it. Read in sequence: the source is never in memory as a whole.
package final class PictureAnimation {
    private let roll: Picture
    /// How many frames there are.
    package let count: Int
    /// One frame as it lies in the file.
    package let size: PixelSize
    /// Milliseconds, one for each frame; empty where the file says nothing. Up to 10 are shown as 100, as browsers do.
    package let delays: [Int32]
    /// How often it is shown; 0 for ever.
    private let loops: Int32

    /// - Throws: ``VipsFailure``.
    package init(_ source: PictureSource) throws(VipsFailure) {
        self.roll = try Picture.open(source, frames: .all)
        let height = max(1, Int(vips_image_get_page_height(self.roll.pointer)))
        self.size = PixelSize(width: self.roll.width, height: height)
        self.count = max(1, self.roll.height / height)
        var values: UnsafeMutablePointer<Int32>?
        var length: Int32 = 0
        if vips_image_get_typeof(self.roll.pointer, "delay") != 0,
            vips_image_get_array_int(self.roll.pointer, "delay", &values, &length) == 0, let values
        {
            self.delays = Array(UnsafeBufferPointer(start: values, count: Int(length)))
        } else {
            self.delays = []
        }
        var loops: Int32 = 0
        if vips_image_get_typeof(self.roll.pointer, "loop") != 0 {
            _ = vips_image_get_int(self.roll.pointer, "loop", &loops)
        }
        self.loops = max(0, loops)
        vips_error_clear()
    }

    /// Makes every frame into a picture of one size, and joins them again.
    ///
    /// - Parameter change: gets the frames in order; its results are in memory (see ``Picture/rendered()``) and carry no metadata.
    /// - Throws: ``VipsFailure``, of `change` too.
    package func map(
        _ change: (Picture) throws(VipsFailure) -> Picture
    ) throws(VipsFailure) -> Picture {
        var frames: [Picture] = []
        for index in 0..<self.count {
            let window = PictureWindow(left: 0, top: index * self.size.height, size: self.size)
            frames.append(try change(try self.roll.cropped(to: window).asOneFrame()))
        }
        return try self.joined(frames)
    }

    private func joined(_ frames: [Picture]) throws(VipsFailure) -> Picture {
        var pointers = frames.map { Optional($0.pointer) }
        var out: UnsafeMutablePointer<VipsImage>?
        guard shim_vips_arrayjoin(&pointers, &out, Int32(clamping: frames.count)) == 0, let out else {
            throw VipsFailure.take(from: "vips_arrayjoin")
        }
        // The image keeps references to the C images, whose pixels are in memory.
        let joined = try Picture(owning: out, source: nil).rendered()
        vips_image_set_int(joined.pointer, VIPS_META_PAGE_HEIGHT, Int32(clamping: frames.first?.height ?? 1))
        vips_image_set_int(joined.pointer, "loop", self.loops)
        if self.delays.count == self.count {
            vips_image_set_array_int(joined.pointer, "delay", self.delays, Int32(clamping: self.delays.count))
        }
        return joined
    }
}

extension Picture {
    /// Forgets that it was cut out of an animation, else libvips takes it for one.
    fileprivate func asOneFrame() throws(VipsFailure) -> Picture {
        let copy = try self.applying("vips_copy") { shim_vips_copy($0, &$1) }
        for field in [VIPS_META_PAGE_HEIGHT, VIPS_META_N_PAGES] { vips_image_remove(copy.pointer, field) }
        return copy
    }
}
