import Libav
import MediaCore
import Vips

/// Makes the sheets of a video's storyboard.
enum StoryboardRenderer {
    /// Each small picture is a key frame where one lies in the first half of what it stands for, else the frame in its middle. A moment
    /// that cannot be decoded stays black: the rest of the sheet is worth having.
    /// - Returns: the size of the sheet.
    /// - Throws: ``MediaError`` `encrypted`, `file_damaged`, `image_too_large`, `not_renderable`, `processing_failed`, `storage_full`.
    static func render(
        source: Int32,
        type: MediaType,
        output: Int32,
        sheet: StoryboardSheet,
        limits: ImageLimits
    ) throws(MediaError) -> PixelSize {
        guard sheet.size.pixels <= limits.maximumPixels else {
            throw MediaError(.imageTooLarge, "The storyboard's sheet would have too many pixels.")
        }
        let input = try VideoRenderer.open(source, type: type)
        guard !input.isWhollyEncrypted else { throw VideoRenderer.encrypted }
        guard input.hasVideo else { throw MediaError(.notRenderable, "The file has no moving pictures.") }
        let decoder = try VideoRenderer.decoder(input, limits: limits)
        var image = RGBImage(size: sheet.size, grey: 0)
        var hasPicture = false
        for index in 0..<sheet.count {
            let tolerance = Double(sheet.interval) / 2000
            guard let frame = decoder.frame(at: sheet.timestamp(of: index), tolerance: tolerance),
                let tile = try? frame.rgb(size: sheet.tile)
            else { continue }
            let (x, y) = sheet.position(of: index)
            image.place(tile, x: x, y: y)
            hasPicture = true
        }
        guard hasPicture else {
            throw decoder.isEncrypted ? VideoRenderer.encrypted : VideoRenderer.undecodable(type)
        }
        let picture: Picture
        do {
            picture = try Picture.pixels(image.bytes, size: image.size)
        } catch {
            throw MediaError(.processingFailed, "The storyboard could not be put together.", cause: error)
        }
        try ImageRenderer.write(picture, to: output, format: sheet.format, quality: sheet.quality)
        return sheet.size
    }
}
