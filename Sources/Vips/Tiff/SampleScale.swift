import MediaCore

/// From the samples of a TIFF to 8 or 16 bits that can be shown.
struct SampleScale {
    let layout: PixelLayout
    let shape: TiffFile.Shape
    /// Colours as samples, without alpha; 1 for a palette.
    let colours: Int
    let palette: [SIMD3<UInt16>]?
    /// The alpha is multiplied in.
    let isPremultiplied: Bool
    /// 255 or 65535.
    let most: Float
    private let isLight: Bool

    /// - Returns: nil for samples that are neither grey, nor red, green and blue, nor numbers of a palette.
    init?(_ file: TiffFile) {
        let shape = file.shape
        // Old-style JPEG tells its samples only to who asks for colours.
        guard shape.compression != 6 else { return nil }
        switch (shape.photometric, shape.format) {
        case (0, _), (1, _): (self.colours, self.palette) = (1, nil)
        case (2, _): (self.colours, self.palette) = (3, nil)
        case (3, .unsigned):
            guard let palette = file.palette else { return nil }
            (self.colours, self.palette) = (1, palette)
        default: return nil
        }
        switch shape.format {
        case .float: guard [16, 32, 64].contains(shape.bits) else { return nil }
        case .signed: guard [8, 16, 32].contains(shape.bits) else { return nil }
        case .unsigned: guard (1...32).contains(shape.bits) || shape.bits == 64 else { return nil }
        }
        guard shape.samples >= self.colours else { return nil }
        let hasAlpha = shape.samples == self.colours + 1 && self.palette == nil
        self.isPremultiplied = hasAlpha && shape.extraSamples.first == 1
        let isDeep = self.palette == nil && shape.bits > 8
        self.shape = shape
        self.most = isDeep ? 65535 : 255
        // Floats without a profile are light, as libvips takes those that it reads.
        self.isLight = shape.format == .float && file.profile == nil
        self.layout = PixelLayout(
            size: shape.size,
            colours: self.colours == 3 || self.palette != nil ? .rgb : .grey,
            hasAlpha: hasAlpha,
            isDeep: isDeep
        )
    }

    /// A sample as a part of the greatest, 0...1.
    func part(_ sample: Double, isAlpha: Bool) -> Float {
        let part: Double
        switch self.shape.format {
        case .float: part = sample
        case .unsigned: part = sample / (self.shape.bits == 64 ? 0x1p64 : Double((1 << self.shape.bits) - 1))
        // Less than nothing is dark.
        case .signed: part = sample / Double((1 << (self.shape.bits - 1)) - 1)
        }
        guard part > 0 else { return 0 }
        let value = Float(min(1, part))
        return self.isLight && !isAlpha ? LightCurve.toSRGB(value) : value
    }
}
