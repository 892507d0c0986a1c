import Libav
import MediaCore
import Vips

/// Makes pictures from frames of a video and from the cover that music carries, with the same recipes as from pictures.
enum VideoRenderer {
    /// Loads FFmpeg's libraries, so that later calls open no file. Once per process, before a sandbox closes.
    /// - Throws: `internal_error`.
    static func start() throws(MediaError) {
        do {
            try LibavRuntime.start()
        } catch {
            throw MediaError(.internalError, "FFmpeg's libraries could not be started.", cause: error)
        }
    }

    /// The picture that renditions of a video, or of music, are made of.
    /// - Parameters:
    ///   - position: in seconds; nil for one that shows something.
    ///   - recipes: in the order in which they are made.
    /// - Throws: ``MediaError`` `encrypted`, `file_damaged`, `image_too_large`, `not_renderable`, `processing_failed`.
    static func picture(
        source: Int32,
        type: MediaType,
        position: Double?,
        recipes: [PictureRecipe],
        limits: ImageLimits
    ) throws(MediaError) -> SharedPicture {
        let input = try self.open(source, type: type)
        guard !input.isWhollyEncrypted else { throw self.encrypted }
        guard input.hasVideo else {
            guard let cover = input.cover, let type = CoverType.of(cover) else {
                throw MediaError(.notRenderable, "The file has neither moving pictures nor a cover picture.")
            }
            return try SharedPicture(try self.source(cover: cover, type: type), recipes: recipes, limits: limits)
        }
        let decoder = try self.decoder(input, limits: limits)
        let frame = position.map { decoder.frame(at: $0, tolerance: 0) } ?? decoder.posterFrame()
        guard let frame else { throw decoder.isEncrypted ? self.encrypted : self.undecodable(type) }
        let image: RGBImage
        do {
            image = try frame.rgb()
        } catch {
            throw self.undecodable(type, cause: error)
        }
        do {
            let picture = try Picture.pixels(image.bytes, size: image.size)
            return SharedPicture(frame: picture, size: frame.size, type: type, recipes: recipes, limits: limits)
        } catch {
            throw ImageRenderer.unreadable(type, cause: error)
        }
    }

    /// - Throws: `file_damaged`.
    static func open(_ source: Int32, type: MediaType) throws(MediaError) -> LibavInput {
        do {
            return try LibavInput(descriptor: source, type: type)
        } catch {
            throw MediaError(.fileDamaged, "The \(type) file is damaged: it cannot be opened.", cause: error)
        }
    }

    /// - Throws: `image_too_large`, `not_renderable`.
    static func decoder(_ input: LibavInput, limits: ImageLimits) throws(MediaError) -> FrameDecoder {
        if let size = input.displaySize, size.pixels > limits.maximumPixels {
            throw MediaError(
                .imageTooLarge,
                "The video has \(size.width) x \(size.height) pixels; at most \(limits.maximumPixels) are decoded."
            )
        }
        do {
            return try FrameDecoder(input, maximumPixels: limits.maximumPixels)
        } catch {
            let codec = input.facts.videoCodec ?? "unknown"
            throw MediaError(.notRenderable, "Videos with the codec \(codec) are not decoded here.", cause: error)
        }
    }

    static var encrypted: MediaError {
        MediaError(.encrypted, "The video is encrypted: without its key no picture can be made of it.")
    }

    static func undecodable(_ type: MediaType, cause: (any Error)? = nil) -> MediaError {
        MediaError(.fileDamaged, "The \(type) file is damaged: no picture of it can be decoded.", cause: cause)
    }

    private static func source(cover: [UInt8], type: MediaType) throws(MediaError) -> PictureSource {
        do {
            return try PictureSource(copying: cover, type: type)
        } catch {
            throw self.undecodable(type, cause: error)
        }
    }
}

/// What a cover's bytes are: music says so in many ways, the bytes in one.
enum CoverType {
    static func of(_ bytes: [UInt8]) -> MediaType? {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if bytes.starts(with: Array("GIF8".utf8)) { return .gif }
        let isRIFF = bytes.starts(with: Array("RIFF".utf8))
        return isRIFF && bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) ? .webp : nil
    }
}
