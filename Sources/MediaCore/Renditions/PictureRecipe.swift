/// How one picture is made from another: its box, what happens to what does not fit, and the encoding.
///
///     let recipe = PictureRecipe(width: 342, quality: 80, format: .webp)
///     recipe.size(of: PixelSize(width: 1000, height: 500))  // 342 x 171
///
/// Two recipes that give the same bytes are equal: what cannot matter is put into a normal form (a crop where nothing is cut, a
/// quality of a thousandth), so that a rendition is not made and kept twice.
package struct PictureRecipe: Hashable, Sendable, Codable {
    /// The box in pixels of the result (a device pixel ratio is multiplied in already); nil leaves that side free, both nil is the
    /// full size. Never a reason to enlarge.
    package let width: Int?
    /// The other side of the box, under the same rules.
    package let height: Int?
    /// ``Fit/inside`` unless the box has both sides.
    package let fit: Fit
    /// ``Crop/centre`` unless something is cut.
    package let crop: Crop
    /// 1...100, the same number for about the same look in every format.
    package let quality: Int
    /// What transparent parts, and the bars of ``Fit/contain``, are painted with. nil keeps them transparent, where the format can,
    /// else white.
    package let background: RGBColor?
    /// Sigma of a Gaussian blur, in pixels of the result, in tenths; nil without.
    package let blur: Double?
    /// The encoding of the result.
    package let format: RenditionFormat
    /// The first frame of an animation. True for formats that cannot move; a caller that knows the source not to move says true too,
    /// so that it is not rendered twice.
    package let isStill: Bool
    /// Of a video: the position in seconds, in thousandths; nil chooses one that shows something.
    package let position: Double?

    /// What happens to a picture of another shape than the box.
    package enum Fit: String, Hashable, Sendable, Codable, CaseIterable {
        /// Fills the box; what stands out is cut off.
        case cover
        /// Fits into the box; the rest of it is painted with the background.
        case contain
        /// Fits into the box; the result is as large as the picture then is.
        case inside
    }

    /// Which part ``Fit/cover`` keeps.
    package enum Crop: Hashable, Sendable, Codable {
        /// What draws the eye: saturated colours, skin, edges.
        case attention
        /// Where most happens.
        case entropy
        case centre
        case focalPoint(FocalPoint)
    }

    /// A recipe in its normal form: values out of range are moved into it, what cannot matter is set to one value.
    package init(
        width: Int? = nil,
        height: Int? = nil,
        fit: Fit = .inside,
        crop: Crop = .attention,
        quality: Int = 80,
        background: RGBColor? = nil,
        blur: Double? = nil,
        format: RenditionFormat,
        isStill: Bool = true,
        position: Double? = nil
    ) {
        self.width = width.map { max(1, $0) }
        self.height = height.map { max(1, $0) }
        self.fit = width == nil || height == nil ? .inside : fit
        self.crop = self.fit == .cover ? crop.rounded : .centre
        self.quality = min(100, max(1, quality))
        self.background = background ?? (format.hasAlpha ? nil : .white)
        self.blur = blur.flatMap { $0 >= 0.05 ? ($0 * 10).rounded() / 10 : nil }
        self.format = format
        self.isStill = isStill || !format.isAnimatable
        self.position = position.flatMap { $0.isFinite ? (max(0, $0) * 1000).rounded() / 1000 : nil }
    }
}

extension PictureRecipe.Crop {
    /// A focal point in thousandths: finer ones give the same picture.
    fileprivate var rounded: Self {
        guard case .focalPoint(let point) = self,
            let rounded = FocalPoint(
                x: (point.x * 1000).rounded() / 1000,
                y: (point.y * 1000).rounded() / 1000
            )
        else {
            return self
        }
        return .focalPoint(rounded)
    }
}

extension RGBColor {
    /// What stands in for transparency in formats without it.
    package static let white = RGBColor(red: 255, green: 255, blue: 255)
}
