import CLibvips
package import MediaCore

/// The frames of a GIF, WebP or animated PNG, one at a time, and how long each is shown.
///
/// libvips loads a WebP as one tall picture. Shrinking that as a whole would mix the rows where two frames meet, so each frame
/// is cut out, goes its own way, and is put back below the one before it. Read in sequence: the source is never in memory as a whole.
/// GIFs and animated PNGs are drawn on a ``FrameCanvas``: libvips paints black where a GIF's canvas is not covered, and does not know the
/// others.
package final class PictureAnimation {
    private let frames: Frames
    /// Keeps the bytes alive that the frames are read from.
    private let source: PictureSource
    /// How many frames there are.
    package let count: Int
    /// One frame as it lies in the file.
    package let size: PixelSize
    /// Milliseconds, one for each frame; empty where the file says nothing. Up to 10 are shown as 100, as browsers do.
    package let delays: [Int32]
    /// How often it is shown; 0 for ever.
    private let loops: Int32

    /// A frame that was handed over has pixels that something behind it shows through.
    private var showsThrough = false
    /// The field of a picture that says so.
    static let transparency = "mediad-transparency"

    private enum Frames {
        case roll(Picture)
        case gif(GifFrames)
        case png(PngFrames)
        case jxl(JxlPicture)
    }

    /// - Throws: ``VipsFailure``.
    package init(_ source: PictureSource) throws(VipsFailure) {
        self.source = source
        if source.type == .png {
            guard let frames = PngFrames(source.bytes) else {
                throw VipsFailure(operation: "open", text: "the PNG does not move")
            }
            self.frames = .png(frames)
            self.size = frames.size
            self.count = frames.frames.count
            self.delays = frames.frames.map(\.delay)
            self.loops = frames.plays
            return
        }
        if source.type == .jxl {
            let picture = try JxlPicture(source)
            self.frames = .jxl(picture)
            self.size = picture.layout.size
            self.count = picture.frameCount
            self.delays = picture.header.delays
            self.loops = picture.header.plays
            return
        }
        let roll = try Picture.open(source, frames: .all)
        let height = max(1, Int(vips_image_get_page_height(roll.pointer)))
        self.size = PixelSize(width: roll.width, height: height)
        self.count = max(1, roll.height / height)
        let count = self.count
        let own = source.type == .gif ? GifFrames(source.bytes, maximumCount: count + 1) : nil
        self.frames = own.flatMap { $0.frames.count == count ? .gif($0) : nil } ?? .roll(roll)
        var values: UnsafeMutablePointer<Int32>?
        var length: Int32 = 0
        if vips_image_get_typeof(roll.pointer, "delay") != 0,
            vips_image_get_array_int(roll.pointer, "delay", &values, &length) == 0, let values
        {
            self.delays = Array(UnsafeBufferPointer(start: values, count: Int(length)))
        } else {
            self.delays = []
        }
        var loops: Int32 = 0
        if vips_image_get_typeof(roll.pointer, "loop") != 0 {
            _ = vips_image_get_int(roll.pointer, "loop", &loops)
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
        try self.visitFrames { frame throws(VipsFailure) in frames.append(try change(frame)) }
        let joined = try self.joined(frames)
        if self.showsThrough { vips_image_set_int(joined.pointer, Self.transparency, 1) }
        return joined
    }

    /// Hands over the frames in order, each as it is shown: with all that earlier ones left.
    /// - Throws: ``VipsFailure``, of `body` too.
    package func visitFrames(_ body: (Picture) throws(VipsFailure) -> Void) throws(VipsFailure) {
        var canvas = FrameCanvas(size: self.size)
        func show(_ pixels: [UInt8]) throws(VipsFailure) {
            if !self.showsThrough {
                self.showsThrough = stride(from: 3, to: pixels.count, by: 4).contains { pixels[$0] < 255 }
            }
            try body(try Picture.pixels(pixels, size: self.size, bands: 4))
        }
        switch self.frames {
        case .roll(let roll):
            for index in 0..<self.count {
                let window = PictureWindow(left: 0, top: index * self.size.height, size: self.size)
                try body(try roll.cropped(to: window).asOneFrame())
            }
        case .jxl(let picture): try picture.visitFrames(body)
        case .gif(let gif):
            for frame in gif.frames {
                let pixels = gif.pixels(of: frame)
                try canvas.show(pixels, at: frame.place, isBlended: true, disposal: frame.disposal, show)
            }
        case .png(let png):
            for frame in png.frames {
                let source = try PictureSource(copying: png.png(of: frame), type: .png)
                let (_, pixels) = try Picture.open(source).rgba()
                try canvas.show(pixels, at: frame.place, isBlended: frame.isBlended, disposal: frame.disposal, show)
            }
        }
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
