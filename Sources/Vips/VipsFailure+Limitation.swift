import IsoMedia
package import MediaCore

extension VipsFailure {
    /// What the decoder's refusal means where the limit is its own and not the file's fault; nil for everything else.
    ///
    /// libheif says "Unsupported ..." of what it knows to be legal and does not do, and takes no side beyond 16384 pixels.
    package func limitation(of source: PictureSource) -> MediaError? {
        // ISO/IEC 23008-12 (2025): pictures with a small header of their own.
        if [.heif, .heic, .avif].contains(source.type), source.bytes.dropFirst(8).prefix(4).elementsEqual("mif3".utf8) {
            return MediaError(
                .unsupportedVariant,
                "The \(source.type) file has the small header of newer encoders, which the decoder at hand does not read.",
                cause: self
            )
        }
        guard let heif = source.heif else { return nil }
        if let codec = heif.unknownCodec {
            return MediaError(
                .unsupportedVariant,
                "The picture in this \(source.type) file is coded as \(codec), which the decoder at hand does not read.",
                cause: self
            )
        }
        if let size = heif.size, max(size.width, size.height) > 16384 {
            return MediaError(
                .imageTooLarge,
                "The picture has \(size.width) x \(size.height) pixels; a side may have 16384 at most.",
                cause: self
            )
        }
        guard self.text.contains("Unsupported") || self.text.contains("unsupported") else { return nil }
        let codecs = heif.codecs.map(\.description).sorted().joined(separator: ", ")
        return MediaError(
            .unsupportedVariant,
            "The \(source.type) file (\(codecs)) is of a variant that the decoder at hand does not read.",
            cause: self
        )
    }
}
