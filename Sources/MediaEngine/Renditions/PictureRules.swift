package import MediaCore

/// What holds for pictures of all collections. Every field is a configuration key (`images.*`).
package struct PictureRules: Hashable, Sendable {
    /// What pictures may be decoded at all, and which animations stay animated.
    package var limits: ImageLimits
    /// 1...100, where neither preset nor request says otherwise.
    package var quality: Int
    /// The newer formats that are offered to clients that name them, best first; JPEG, or PNG, is there for everybody else.
    package var formats: [RenditionFormat]
    /// The formats that presets of new files are made in before anybody asks.
    package var formatsAhead: [RenditionFormat]
    /// Pixels of a result from which on WebP is preferred to AVIF, which takes many times as long to make.
    package var avifPixels: Int
    /// The longest side that free parameters may ask for.
    package var maximumSide: Int

    /// Rules with the defaults of the configuration.
    package init(
        limits: ImageLimits,
        quality: Int = 80,
        formats: [RenditionFormat] = [.avif, .webp],
        formatsAhead: [RenditionFormat] = RenditionFormat.allCases,
        avifPixels: Int = 2_000_000,
        maximumSide: Int = 4096
    ) {
        self.limits = limits
        self.quality = quality
        self.formats = formats
        self.formatsAhead = formatsAhead
        self.avifPixels = avifPixels
        self.maximumSide = maximumSide
    }
}
