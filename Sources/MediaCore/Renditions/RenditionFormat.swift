/// The encodings a picture is offered in.
package enum RenditionFormat: String, Hashable, Sendable, Codable, CaseIterable {
    case avif
    case webp
    case jpeg
    case png

    /// The media type that a response with it names.
    package var type: MediaType {
        switch self {
        case .avif: .avif
        case .webp: .webp
        case .jpeg: .jpeg
        case .png: .png
        }
    }

    /// Whether it can say that a pixel is transparent.
    package var hasAlpha: Bool { self != .jpeg }

    /// The longest side that it can express, in pixels (WebP: VP8 frame header, RFC 6386 section 9.1; JPEG: libjpeg's
    /// `JPEG_MAX_DIMENSION`; AVIF: libaom and libheif take more, browsers do not; PNG: what libpng reads by default).
    package var maximumSide: Int {
        switch self {
        case .avif: 16384
        case .webp: 16383
        case .jpeg: 65500
        case .png: 65500
        }
    }

    /// Whether an animation stays one in it. AVIF could, but libvips writes still pictures only.
    package var isAnimatable: Bool { self == .webp }
}
