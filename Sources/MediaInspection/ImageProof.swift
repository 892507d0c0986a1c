import MediaCore
import Vips

/// Shows that an image is an image: the header within the limits, then every pixel decoded, of which only a placeholder stays.
///
/// Nothing less proves it: a polyglot has a perfect header, and a cut-off file too.
struct ImageProof {
    let type: MediaType
    let limits: ImageLimits

    /// What the picture is like.
    struct Facts {
        /// The upright size of one frame.
        var dimensions: PixelSize
        var frames: Int
        var hasAlpha: Bool
        var colorModel: ColorModel
        /// Of the first frame; nil where its colours cannot be made out.
        var placeholder: Placeholder?
    }

    /// - Throws: `image_too_large` on the header's word, before anything is decoded; `file_damaged`; `processing_failed`.
    func examine(descriptor: Int32) throws(MediaError) -> Facts {
        VipsRuntime.forgetPastErrors()
        let mapped: PictureSource
        do {
            mapped = try PictureSource(descriptor: descriptor, type: self.type)
        } catch {
            throw self.damaged(error)
        }
        let source = try mapped.sanitized(self.limits)
        do throws(MediaError) {
            return try self.proven(source)
        } catch {
            // A decoder at its end is no proof of damage.
            guard error.code == .fileDamaged else { throw error }
            if let variant = PictureVariant.of(source) { return Self.facts(variant) }
            if let failure = error.cause as? VipsFailure, let other = failure.limitation(of: source) { throw other }
            throw error
        }
    }

    /// What is known of a picture that is stored without being decoded.
    private static func facts(_ variant: PictureVariant) -> Facts {
        VipsRuntime.forgetPastErrors()
        return Facts(dimensions: variant.size, frames: 1, hasAlpha: false, colorModel: variant.colorModel)
    }

    private func proven(_ source: PictureSource) throws(MediaError) -> Facts {
        let first: Picture
        let header: PictureHeader
        var pixels: Int
        do {
            first = try Picture.open(source)
            header = first.header
            pixels = Self.product(header.stored.pixels, header.frames)
            if self.type == .tiff, header.frames <= self.limits.maximumFrames {
                pixels = try Self.pixelsOfPages(source, count: header.frames)
            }
        } catch {
            throw self.damaged(error)
        }
        try self.check(header, pixels: pixels)
        let small: CondensedPicture
        do {
            small = try Self.decode(source, header)
        } catch {
            throw self.damaged(error)
        }
        return Facts(
            dimensions: header.upright,
            frames: header.frames,
            hasAlpha: first.hasAlpha,
            colorModel: first.colorModel,
            placeholder: Self.placeholder(small)
        )
    }

    private func check(_ header: PictureHeader, pixels: Int) throws(MediaError) {
        guard header.frames <= self.limits.maximumFrames else {
            throw MediaError(
                .imageTooLarge,
                "The picture has \(header.frames) frames; at most \(self.limits.maximumFrames) are allowed."
            )
        }
        guard pixels <= self.limits.maximumPixels else {
            let frames = header.frames == 1 ? "" : " in \(header.frames) frames"
            throw MediaError(
                .imageTooLarge,
                "The picture has \(header.upright.width) x \(header.upright.height) pixels\(frames); at most"
                    + " \(self.limits.maximumPixels) pixels in all are allowed."
            )
        }
    }

    /// The pages of a TIFF may differ in size.
    private static func pixelsOfPages(_ source: PictureSource, count: Int) throws(VipsFailure) -> Int {
        var pixels = 0
        for page in 0..<count {
            let stored = try Picture.open(source, frames: .page(page)).header.stored
            let (sum, overflow) = pixels.addingReportingOverflow(stored.pixels)
            if overflow { return .max }
            pixels = sum
        }
        return pixels
    }

    /// Decodes everything, and leaves a small version of the first frame: what is decoded anyway is not thrown away for nothing.
    ///
    /// JPEG is decoded at down to an eighth: all of its entropy-coded data is read, most of the arithmetic is saved.
    private static func decode(_ source: PictureSource, _ header: PictureHeader) throws(VipsFailure) -> CondensedPicture
    {
        let side = Placeholder.maximumSide
        switch source.type {
        case .tiff:
            for page in 0..<header.frames where page > 0 {
                try Picture.open(source, frames: .page(page)).decodeAndDiscard()
            }
            return try Picture.open(source).condensed(toSide: side)
        case .jpeg:
            let shrink = Double(max(header.stored.width, header.stored.height)) / Double(side)
            return try Picture.open(source, shrink: shrink).condensed(toSide: side)
        case .png where header.frames > 1, .jxl where header.frames > 1:
            try PictureAnimation(source).visitFrames { _ in }
            return try Picture.open(source).condensed(toSide: side)
        case .gif, .webp:
            // A GIF always: what is shown of its first frame comes from a reader that forgives more.
            if header.frames > 1 || source.type == .gif { try Picture.open(source, frames: .all).decodeAndDiscard() }
            return try Picture.open(source).condensed(toSide: side)
        case .heic, .heif:
            let small = try Picture.open(source).condensed(toSide: side)
            if try small.mayEndInConcealment(), try Picture.open(source).endsInConcealment() {
                throw VipsFailure(operation: "decode", text: "the last rows are what a decoder shows for missing data")
            }
            return small
        default:
            return try Picture.open(source).condensed(toSide: side)
        }
    }

    /// The file is proven whole by now: colours that cannot be converted cost it the placeholder, nothing else.
    private static func placeholder(_ small: CondensedPicture) -> Placeholder? {
        do {
            let (size, rgba) = try small.pixels()
            return Placeholder(width: size.width, height: size.height, rgba: rgba)
        } catch {
            VipsRuntime.forgetPastErrors()
            return nil
        }
    }

    private func damaged(_ failure: VipsFailure) -> MediaError {
        guard !failure.isShortageOfMemory else {
            return MediaError(.processingFailed, "The picture needs more memory than a worker has.", cause: failure)
        }
        return MediaError(
            .fileDamaged,
            "The bytes start like \(self.type) but cannot be decoded as such: the file is damaged or cut off.",
            cause: failure
        )
    }

    private static func product(_ left: Int, _ right: Int) -> Int {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? .max : product
    }
}
