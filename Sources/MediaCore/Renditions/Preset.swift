/// A named kind of picture that a collection offers, from the configuration: a ``PictureRecipe`` without what the request and the file
/// decide.
package struct Preset: Hashable, Sendable, Codable {
    /// Also part of URLs: lower-case letters, digits, `-`.
    package var name: String
    /// The box in pixels of a page; nil leaves that side free.
    package var width: Int?
    /// The other side of the box, under the same rules.
    package var height: Int?
    /// Pixels of the device for one of the page.
    package var dpr: Double
    /// What happens to a picture of another shape than the box.
    package var fit: PictureRecipe.Fit
    /// Which part is kept where something is cut off.
    package var crop: Crop
    /// 1...100; nil for the general setting.
    package var quality: Int?
    /// See ``PictureRecipe/background``.
    package var background: RGBColor?
    /// Sigma in pixels of the page.
    package var blur: Double?

    /// Which part a preset that cuts keeps.
    package enum Crop: String, Hashable, Sendable, Codable, CaseIterable {
        /// The file's focal point; where none is set, what draws the eye.
        case focalPoint = "focal-point"
        case attention
        case entropy
        case centre
    }

    /// A preset; what is not given is the documentation's default.
    package init(
        name: String,
        width: Int? = nil,
        height: Int? = nil,
        dpr: Double = 1,
        fit: PictureRecipe.Fit = .inside,
        crop: Crop = .focalPoint,
        quality: Int? = nil,
        background: RGBColor? = nil,
        blur: Double? = nil
    ) {
        self.name = name
        self.width = width
        self.height = height
        self.dpr = dpr
        self.fit = fit
        self.crop = crop
        self.quality = quality
        self.background = background
        self.blur = blur
    }

    /// A square of `side` pixels.
    package static func square(_ name: String, side: Int) -> Preset {
        Preset(name: name, width: side, height: side, fit: .cover)
    }

    /// The recipe for one file.
    /// - Parameters:
    ///   - quality: for a preset that sets none.
    ///   - focalPoint: the file's.
    ///   - isStill: false for a file that moves, unless the request wants it still.
    ///   - position: in a video, in seconds.
    package func recipe(
        format: RenditionFormat,
        quality: Int,
        focalPoint: FocalPoint? = nil,
        isStill: Bool = true,
        position: Double? = nil
    ) -> PictureRecipe {
        PictureRecipe(
            width: self.width.map(self.devicePixels),
            height: self.height.map(self.devicePixels),
            fit: self.fit,
            crop: self.crop.resolved(for: focalPoint),
            quality: self.quality ?? quality,
            background: self.background,
            blur: self.blur.map { $0 * self.dpr },
            format: format,
            isStill: isStill,
            position: position
        )
    }

    /// The size of the rendition of a source: never enlarged.
    package func size(of source: PixelSize) -> PixelSize {
        self.recipe(format: .jpeg, quality: 80).size(of: source)
    }

    private func devicePixels(_ length: Int) -> Int { Int((Double(length) * self.dpr).rounded()) }
}

extension Preset.Crop {
    /// The choice for one file.
    /// - Parameter point: the file's focal point, where one is set.
    package func resolved(for point: FocalPoint?) -> PictureRecipe.Crop {
        switch self {
        case .focalPoint: point.map { .focalPoint($0) } ?? .attention
        case .attention: .attention
        case .entropy: .entropy
        case .centre: .centre
        }
    }
}
