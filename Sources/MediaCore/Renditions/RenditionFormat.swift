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

    /// Whether an animation stays one in it. AVIF could, but libvips writes still pictures only.
    package var isAnimatable: Bool { self == .webp }
}
