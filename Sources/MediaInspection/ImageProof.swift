import MediaCore
import Vips

/// Shows that an image is an image: the header within the limits, then every pixel decoded and thrown away.
///
/// Nothing less proves it: a polyglot has a perfect header, and a cut-off file too.
struct ImageProof {
    let type: MediaType
    let limits: ImageLimits

    /// - Returns: the upright size of one frame, and the number of frames.
    /// - Throws: `image_too_large` on the header's word, before anything is decoded; `file_damaged`; `processing_failed`.
    func examine(descriptor: Int32) throws(MediaError) -> (dimensions: PixelSize, frames: Int) {
        VipsRuntime.forgetPastErrors()
        let source: PictureSource
        let header: PictureHeader
        var pixels: Int
        do {
            source = try PictureSource(descriptor: descriptor, type: self.type)
            header = try Picture.open(source).header
            pixels = Self.product(header.stored.pixels, header.frames)
            if self.type == .tiff, header.frames <= self.limits.maximumFrames {
                pixels = try Self.pixelsOfPages(source, count: header.frames)
            }
        } catch {
            throw self.damaged(error)
        }
        try self.check(header, pixels: pixels)
        do {
            try Self.decode(source, frames: header.frames)
        } catch {
            throw self.damaged(error)
        }
        return (header.upright, header.frames)
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

    /// JPEG is decoded at an eighth: all of its entropy-coded data is read, most of the arithmetic is saved.
    private static func decode(_ source: PictureSource, frames: Int) throws(VipsFailure) {
        switch source.type {
        case .tiff:
            for page in 0..<frames { try Picture.open(source, frames: .page(page)).decodeAndDiscard() }
        case .jpeg:
            try Picture.open(source, shrink: 8).decodeAndDiscard()
        case .gif, .webp:
            try Picture.open(source, frames: frames > 1 ? .all : .first).decodeAndDiscard()
        case .heic, .heif:
            if try Picture.open(source).endsInConcealment() {
                throw VipsFailure(operation: "decode", text: "the last rows are what a decoder shows for missing data")
            }
        default:
            try Picture.open(source).decodeAndDiscard()
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
