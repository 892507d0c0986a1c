package import MediaCore

/// From the options of a request to the recipe of a picture.
extension RenditionService {
    /// The presets that a file has renditions of: its collection's, when it is a picture.
    package func presets(of file: MediaFile) -> [Preset] {
        guard file.isRenderable else { return [] }
        return self.collection(of: file)?.presets ?? []
    }

    /// Whether a request may use its options: presets are for everybody, free parameters where the collection says so.
    /// - Parameter isSigned: whether the request's URL is signed with a key of the configuration.
    /// - Throws: `parameters_not_allowed`.
    package func check(_ options: RenditionOptions, of file: MediaFile, isSigned: Bool) throws(MediaError) {
        guard !options.changes.isEmpty else { return }
        switch self.collection(of: file)?.parameters ?? .off {
        case .open: return
        case .signed where isSigned: return
        case .signed:
            throw MediaError(
                .parametersNotAllowed,
                """
                \(file.collection) takes width, height, fit, crop, quality, dpr, background and blur in signed URLs only. \
                Use a preset, or a URL that the application has signed.
                """
            )
        case .off:
            throw MediaError(
                .parametersNotAllowed,
                """
                \(file.collection) does not take width, height, fit, crop, quality, dpr, background and blur in a URL. \
                Use a preset.
                """
            )
        }
    }

    /// The formats that a picture is offered in, in the order of preference; the last one is for those who want none of them.
    ///
    /// AVIF cannot move here, and takes long where it is large: then WebP comes first. PNG is there only where something may be transparent.
    /// What the libraries at hand cannot write is not among them, and what cannot express a picture of that size neither.
    /// - Throws: `unknown_preset`, `not_renderable`, `invalid_request`.
    package func formats(for file: MediaFile, _ options: RenditionOptions) throws(MediaError) -> [RenditionFormat] {
        // The shape of the result is the same in every format.
        let recipe = try self.recipe(for: file, options, format: .webp)
        var newer = self.rules.formats
        let size = file.dimensions.map { recipe.size(of: $0) }
        let pixels = size?.pixels ?? 0
        if !recipe.isStill || pixels > self.rules.avifPixels, let avif = newer.firstIndex(of: .avif) {
            newer.append(newer.remove(at: avif))
        }
        let isTransparent = file.hasAlpha == true && recipe.background == nil
        let all = newer + (isTransparent ? [.png, .jpeg] : [.jpeg])
        let writable = self.renderer.writableFormats
        let fitting = all.filter { format in
            writable.contains(format) && max(size?.width ?? 0, size?.height ?? 0) <= format.maximumSide
        }
        // The renderer says why there is none.
        return fitting.isEmpty ? [.jpeg] : fitting
    }

    /// Those of ``formats(for:_:)`` that are worth making before anybody asks: one for each kind of client.
    func formatsAhead(for file: MediaFile, _ options: RenditionOptions) throws(MediaError) -> [RenditionFormat] {
        let offered = try self.formats(for: file, options)
        return offered.filter { self.rules.formatsAhead.contains($0) && !($0 == .jpeg && offered.contains(.png)) }
    }

    /// - Throws: `unknown_preset`, `not_renderable`, `invalid_request`.
    package func key(
        for file: MediaFile,
        _ options: RenditionOptions,
        format: RenditionFormat
    ) throws(MediaError) -> RenditionKey {
        let recipe = try self.recipe(for: file, options, format: format)
        guard self.renderer.writableFormats.contains(format) else {
            throw MediaError(.notRenderable, "No encoder for \(format.type) is installed on the server.")
        }
        return RenditionKey(digest: file.version.digest, recipe: .picture(recipe))
    }

    private func recipe(
        for file: MediaFile,
        _ options: RenditionOptions,
        format: RenditionFormat
    ) throws(MediaError) -> PictureRecipe {
        let preset = options.changes.applied(to: try self.preset(named: options.preset, of: file))
        guard file.isRenderable else {
            throw MediaError(.notRenderable, "No picture can be made of this \(file.type).")
        }
        guard options.position == nil || file.type.isDecodableVideo else {
            throw MediaError(.invalidRequest, "at is a position in a video; this is \(file.type).")
        }
        let recipe = preset.recipe(
            format: format,
            quality: self.rules.quality,
            focalPoint: options.changes.focalPoint ?? file.focalPoint,
            // A PNG moves rarely: only where it is known to.
            isStill: options.isStill || !file.type.isAnimatable || (file.frames ?? (file.type == .png ? 1 : 2)) == 1,
            // Behind the end there is nothing else than at the end.
            position: options.position.map { min($0, (file.durationSeconds ?? $0) + 1) }
        )
        if !options.changes.isEmpty {
            guard max(recipe.width ?? 0, recipe.height ?? 0) <= self.rules.maximumSide else {
                throw MediaError(
                    .invalidRequest,
                    "A picture may have \(self.rules.maximumSide) pixels on a side at most; width and height are multiplied by dpr."
                )
            }
        }
        return recipe
    }

    /// - Parameter name: nil for the full size.
    private func preset(named name: String?, of file: MediaFile) throws(MediaError) -> Preset {
        guard let name else { return Preset(name: "") }
        let collection = self.collection(of: file)
        if let preset = collection?.preset(named: name) { return preset }
        let allowed = collection?.presets.map(\.name) ?? []
        throw MediaError(
            .unknownPreset,
            allowed.isEmpty
                ? "\(file.collection) has no presets."
                : "\(file.collection) has no preset \"\(name)\". Choose one of: \(allowed.joined(separator: ", ")).",
            details: ["allowed": .texts(allowed)]
        )
    }

    private func collection(of file: MediaFile) -> MediaCollection? {
        self.collections.first { $0.name == file.collection }
    }
}
