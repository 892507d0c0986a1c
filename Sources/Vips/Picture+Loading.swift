import CLibvips
import Glibc
package import MediaCore

extension Picture {
    /// Which frames of an animation to load.
    package enum Frames: Sendable {
        case first
        /// One page of a TIFF, counted from 0; the first of anything else.
        case page(Int)
        /// All, one below the other (GIF and WebP; the first of anything else).
        case all
    }

    /// Reads the header with the loader of the source's type; pixels are decoded later, row by row, and a file that ends too
    /// early is an error then (libvips' default is to call it a success).
    ///
    /// - Parameter shrink: at least 1: how many times smaller the picture may come. JPEG and WebP shrink while they decode, which
    ///   saves most of the work, SVG is drawn smaller; others come in full. The result is never smaller than asked for.
    /// - Throws: ``VipsFailure``, also for a type that has no loader here.
    ///
    /// Source: https://www.libvips.org/API/8.14/VipsForeignSave.html (the `..._source` functions)
    package static func open(
        _ source: PictureSource,
        frames: Frames = .first,
        shrink: Double = 1
    ) throws(VipsFailure) -> Picture {
        if let decoder = try Self.decoder(of: source, frames) {
            return try Self.decodedLater(by: decoder, source: source)
        }
        guard let input = vips_source_new_from_memory(source.bytes.baseAddress, source.bytes.count) else {
            throw VipsFailure.take(from: "vips_source_new_from_memory")
        }
        // The image holds its own reference to the C source, and this object's to the mapping below it.
        defer { shim_object_unref(input) }
        let (page, pages) = frames.arguments
        var out: UnsafeMutablePointer<VipsImage>?
        let operation: String
        let status: Int32
        switch source.type {
        case .jpeg:
            operation = "vips_jpegload_source"
            status = shim_vips_jpegload(input, &out, Self.jpegShrink(shrink))
        case .png:
            operation = "vips_pngload_source"
            status = shim_vips_pngload(input, &out)
        case .webp:
            operation = "vips_webpload_source"
            // No scaling for several frames: each would round for itself.
            status = shim_vips_webpload(input, &out, pages == 1 ? 1 / max(1, shrink) : 1, 0, pages)
        case .gif:
            operation = "vips_gifload_source"
            status = shim_vips_gifload(input, &out, 0, pages)
        case .heic, .heif, .avif:
            operation = "vips_heifload_source"
            status = shim_vips_heifload(input, &out)
        case .svg:
            operation = "vips_svgload_source"
            status = shim_vips_svgload(input, &out, 1 / max(1, shrink))
        case .tiff:
            operation = "vips_tiffload_source"
            status = shim_vips_tiffload(input, &out, page)
        default:
            throw VipsFailure(operation: "open", text: "no loader for \(source.type)")
        }
        guard status == 0, let out else {
            let failure = VipsFailure.take(from: operation)
            guard let decoder = Self.fallback(for: source, frames) else { throw failure }
            return try Self.decodedLater(by: decoder, source: source)
        }
        let picture = Picture(owning: out, source: source)
        if [.heic, .heif, .avif].contains(source.type) { picture.takeOverMetadata() }
        // Browsers do not turn a WebP (decisions/0025), and its plain address is shown by them.
        if source.type == .webp { vips_image_remove(picture.pointer, VIPS_META_ORIENTATION) }
        picture.takeDeclaredColours(of: source)
        if source.type == .png, let frames = PngFrames(source.bytes) {
            vips_image_set_int(picture.pointer, VIPS_META_N_PAGES, Int32(clamping: frames.frames.count))
        }
        guard source.type == .gif, case .first = frames else { return picture }
        return try picture.uncovered(of: source) ?? picture
    }

    /// What delivers the pixels where libvips does not.
    private static func decoder(
        of source: PictureSource,
        _ frames: Frames
    ) throws(VipsFailure) -> (any PixelDecoder)? {
        switch source.type {
        case .jxl: return try JxlPicture(source)
        case .jpeg: return JpegPicture(source)
        case .tiff:
            let page = Int(frames.arguments.page)
            guard let shape = try? TiffFile(source.bytes, page: page).shape, TiffPicture.isBetter(for: shape) else {
                vips_error_clear()
                return nil
            }
            return try TiffPicture(source, page: page)
        default: return nil
        }
    }

    /// The second chance of what libvips refused.
    private static func fallback(for source: PictureSource, _ frames: Frames) -> (any PixelDecoder)? {
        guard source.type == .tiff else { return nil }
        return try? TiffPicture(source, page: Int(frames.arguments.page))
    }

    /// The first frame of a GIF that does not cover its canvas, which is transparent around it and not black; nil for others.
    private func uncovered(of source: PictureSource) throws(VipsFailure) -> Picture? {
        guard let gif = GifFrames(source.bytes, maximumCount: 1), let frame = gif.frames.first else { return nil }
        let (place, size) = (frame.place, PixelSize(width: self.width, height: self.height))
        guard place.left > 0 || place.top > 0 || place.width < size.width || place.height < size.height else {
            return nil
        }
        let pages = vips_image_get_n_pages(self.pointer)
        var canvas = FrameCanvas(size: size)
        let pixels = gif.pixels(of: frame)
        let picture = try canvas.show(pixels, at: place, isBlended: true, disposal: .keep) {
            pixels throws(VipsFailure) in
            try Picture.pixels(pixels, size: size, bands: 4)
        }
        vips_image_set_int(picture.pointer, VIPS_META_N_PAGES, pages)
        return picture
    }

    /// libvips' HEIF loader frees what it read of metadata with the image that it made, while every image that is computed from that one
    /// still points to it (seen in 8.14). So the profile is copied, and the rest, which nobody needs, goes.
    private func takeOverMetadata() {
        guard let names = vips_image_get_fields(self.pointer) else { return }
        defer { g_strfreev(names) }
        var index = 0
        while let name = names[index] {
            index += 1
            var data: UnsafeRawPointer?
            var length = 0
            guard vips_image_get_typeof(self.pointer, name) == vips_blob_get_type(),
                vips_image_get_blob(self.pointer, name, &data, &length) == 0
            else { continue }
            if strcmp(name, VIPS_META_ICC_NAME) == 0 {
                vips_image_set_blob_copy(self.pointer, name, data, length)
            } else {
                vips_image_remove(self.pointer, name)
            }
        }
    }

    /// What ``open(_:frames:shrink:)`` makes of `shrink` for one type: equal where the same pixels come.
    package static func deliveredShrink(of type: MediaType, _ shrink: Double) -> Double {
        switch type {
        case .jpeg: Double(Self.jpegShrink(shrink))
        case .webp, .svg: max(1, shrink)
        default: 1
        }
    }

    /// libjpeg shrinks by 1, 2, 4 or 8 for free, but roughly.
    private static func jpegShrink(_ shrink: Double) -> Int32 {
        shrink >= 8 ? 8 : shrink >= 4 ? 4 : shrink >= 2 ? 2 : 1
    }
}

extension Picture.Frames {
    fileprivate var arguments: (page: Int32, pages: Int32) {
        switch self {
        case .first: (0, 1)
        case .page(let page): (Int32(clamping: page), 1)
        case .all: (0, -1)
        }
    }
}
