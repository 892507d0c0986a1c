package import MediaCore

/// What is shown in a picture's place until it is there.
package struct Placeholder: Hashable, Sendable {
    package var thumbHash: ThumbHash?
    package var dominantColor: RGBColor?

    /// - Parameters:
    ///   - width: at most ``maximumSide`` pixels, as the height.
    ///   - rgba: `width` x `height` x 4 bytes, sRGB, upright, not premultiplied, row by row.
    package init(width: Int, height: Int, rgba: [UInt8]) {
        self.thumbHash = ThumbHashEncoder(width: width, height: height, rgba: rgba)?.hash
        self.dominantColor = DominantColor.of(rgba: rgba)
    }

    /// Pixels: a picture must be shrunk to this first.
    package static let maximumSide = ThumbHashEncoder.maximumSide
}
