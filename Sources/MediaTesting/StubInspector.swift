package import MediaCore
import SystemPackage

/// Tells types by a word at the beginning of the bytes, so that tests write their files as text.
///
/// `jpeg`, `png`, `mp4`, `pdf` and `html` are what they say; `broken` throws `file_damaged`, `huge` `image_too_large`,
/// `crash` `processing_failed`; everything else is `application/octet-stream`. Pictures are 1000 x 500.
package struct StubInspector: Inspector {
    /// Makes the inspector; it has no state.
    package init() {}

    package func inspect(
        _ file: OpenFile,
        allowedTypes: [String],
        limits: ImageLimits,
        urgency: JobUrgency
    ) async throws(MediaError) -> Inspection {
        let word = String(decoding: OpenFileBytes.read(file, atMost: 64), as: UTF8.self)
            .prefix { $0.isLetter || $0.isNumber }
        switch word {
        case "jpeg":
            return Inspection(
                type: .jpeg,
                dimensions: PixelSize(width: 1000, height: 500),
                frames: 1,
                hasAlpha: false,
                colorModel: .rgb,
                thumbHash: ThumbHash(bytes: Array(1...20)),
                dominantColor: RGBColor(red: 1, green: 2, blue: 3)
            )
        case "png": return Inspection(type: .png, dimensions: PixelSize(width: 1000, height: 500), frames: 1)
        case "mp4": return Inspection(type: .mp4, dimensions: PixelSize(width: 640, height: 360), durationSeconds: 1.5)
        case "pdf": return Inspection(type: .pdf)
        case "html": return Inspection(type: .html)
        case "broken": throw MediaError(.fileDamaged, "The picture is cut off.")
        case "huge": throw MediaError(.imageTooLarge, "The picture has too many pixels.")
        case "crash": throw MediaError(.processingFailed, "The worker died.")
        default: return Inspection(type: .octetStream)
        }
    }
}

/// Reading what tests wrote.
package enum OpenFileBytes {
    /// The first bytes of local content, at most `limit`; none of content that lies elsewhere. Blocks for a small read: for tests only.
    package static func read(_ content: Content, atMost limit: Int = 1 << 20) -> [UInt8] {
        content.local.map { self.read($0, atMost: limit) } ?? []
    }

    /// The first bytes of an open file, at most `limit`. Blocks for a small read: for tests only.
    package static func read(_ file: OpenFile, atMost limit: Int = 1 << 20) -> [UInt8] {
        (try? FileDescriptor(rawValue: file.descriptor).bytes(at: 0, count: limit)) ?? []
    }
}
