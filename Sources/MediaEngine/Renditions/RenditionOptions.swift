package import MediaCore

/// What a request asks of a picture that is made from a file, before the file and the client's `Accept` decide the rest.
///
///     let options = RenditionOptions(preset: "w342")
///     try renditions.check(options, of: file, isSigned: false)
///     let key = try renditions.key(for: file, options, format: .webp)
package struct RenditionOptions: Hashable, Sendable {
    /// One of the collection's; nil is the full size.
    package var preset: String?
    /// What is to be other than the preset says.
    package var changes: PictureChanges
    /// The first frame of an animation.
    package var isStill: Bool
    /// Which frame of a video: seconds from its beginning; nil leaves the choice to the renderer.
    package var position: Double?

    /// - Parameters:
    ///   - preset: nil is the full size.
    ///   - position: in a video, in seconds.
    package init(
        preset: String? = nil,
        changes: PictureChanges = PictureChanges(),
        isStill: Bool = false,
        position: Double? = nil
    ) {
        self.preset = preset
        self.changes = changes
        self.isStill = isStill
        self.position = position
    }
}

/// Free parameters: what a request sets of a picture by itself. Nil leaves it to the preset.
package struct PictureChanges: Hashable, Sendable {
    /// Pixels, before they are multiplied by ``dpr``.
    package var width: Int?
    /// Pixels, before they are multiplied by ``dpr``.
    package var height: Int?
    /// Device pixels for each pixel of width and height.
    package var dpr: Double?
    /// How the picture is fitted into width and height.
    package var fit: PictureRecipe.Fit?
    /// What is kept where the picture is cut.
    package var crop: Preset.Crop?
    /// With ``crop``: the point that counts instead of the file's.
    package var focalPoint: FocalPoint?
    /// 1...100.
    package var quality: Int?
    /// What is put behind transparent pixels.
    package var background: RGBColor?
    /// Standard deviation in pixels.
    package var blur: Double?

    /// No changes.
    package init() {}

    /// True where everything is left to the preset.
    package var isEmpty: Bool { self == PictureChanges() }

    /// The preset with these changes.
    func applied(to preset: Preset) -> Preset {
        var preset = preset
        // A box of the request's own: one side of the preset's with one of the request's would be neither's shape.
        if self.width != nil || self.height != nil { (preset.width, preset.height) = (self.width, self.height) }
        if let dpr = self.dpr { preset.dpr = dpr }
        if let fit = self.fit { preset.fit = fit }
        if let crop = self.crop {
            preset.crop = crop
            // Who says what to keep wants something cut.
            if self.fit == nil { preset.fit = .cover }
        }
        if let quality = self.quality { preset.quality = quality }
        if let background = self.background { preset.background = background }
        if let blur = self.blur { preset.blur = blur }
        return preset
    }
}
