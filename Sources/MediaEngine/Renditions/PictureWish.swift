package import MediaCore

/// The picture that somebody wants of a file, before the file and the client decide the rest.
package struct PictureWish: Hashable, Sendable {
    /// One of the collection's; nil is the full size.
    package var preset: String?
    /// What is to be other than the preset says.
    package var changes: PictureChanges
    /// The first frame of what moves.
    package var isStill: Bool
    /// Of a film, in seconds.
    package var moment: Double?

    package init(
        preset: String? = nil,
        changes: PictureChanges = PictureChanges(),
        isStill: Bool = false,
        moment: Double? = nil
    ) {
        self.preset = preset
        self.changes = changes
        self.isStill = isStill
        self.moment = moment
    }
}

/// Free parameters: what a request sets of a picture by itself. Nil leaves it to the preset.
package struct PictureChanges: Hashable, Sendable {
    package var width: Int?
    package var height: Int?
    package var dpr: Double?
    package var fit: PictureRecipe.Fit?
    package var crop: Preset.Crop?
    /// With ``crop``: the point that counts instead of the file's.
    package var focalPoint: FocalPoint?
    package var quality: Int?
    package var background: RGBColor?
    package var blur: Double?

    package init() {}

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
