import Libav
import MediaCore

/// What FFmpeg's libraries say of a video or of music, beside the proof that the container is whole.
///
/// A file that they cannot open has no facts and is no less welcome: they know many formats, not all.
struct AudioVideoProbe {
    private let input: LibavInput
    private let type: MediaType

    /// Nil for other types, and for what cannot be opened.
    init?(descriptor: Int32, type: MediaType) {
        guard type.isDecodableVideo || type.isMusic else { return nil }
        // A video without an index is searched from its beginning, and somebody waits for the end of an upload.
        let input = try? LibavInput(descriptor: descriptor, type: type, allowanceBytes: 256 << 20)
        guard let input else { return nil }
        self.input = input
        self.type = type
    }

    /// Fills in what the container's own parser left open.
    /// - Parameter isProgressive: what the boxes say; nil where there are none.
    func complete(_ inspection: inout Inspection, isProgressive: Bool?, limits: ImageLimits) {
        var facts = self.input.facts.bounded
        facts.isProgressive = isProgressive
        inspection.media = facts
        if inspection.dimensions == nil, self.type.isDecodableVideo { inspection.dimensions = self.input.displaySize }
        if inspection.durationSeconds == nil { inspection.durationSeconds = self.duration }
        if self.type.isDecodableVideo, let placeholder = self.placeholder(limits) {
            inspection.thumbHash = placeholder.thumbHash
            inspection.dominantColor = placeholder.dominantColor
        }
    }

    /// Of the picture that stands for the video; nil where there is none.
    private func placeholder(_ limits: ImageLimits) -> Placeholder? {
        guard let poster = self.poster(side: Placeholder.maximumSide, limits: limits) else { return nil }
        var rgba: [UInt8] = []
        rgba.reserveCapacity(poster.size.pixels * 4)
        for offset in stride(from: 0, to: poster.bytes.count, by: 3) {
            rgba += poster.bytes[offset..<offset + 3]
            rgba.append(255)
        }
        return Placeholder(width: poster.size.width, height: poster.size.height, rgba: rgba)
    }

    /// `side` pixels at the longer side at most.
    private func poster(side: Int, limits: ImageLimits) -> RGBImage? {
        guard let size = self.input.displaySize, size.pixels <= limits.maximumPixels,
            let decoder = try? FrameDecoder(self.input, maximumPixels: limits.maximumPixels, budget: .inspection),
            let frame = decoder.posterFrame()
        else { return nil }
        return try? frame.rgb(size: frame.size.fitting(side: side))
    }

    /// Nil where it could only be guessed from the first packets' rate. Of MP3, which is seldom told otherwise, the guess is good.
    private var duration: Double? {
        guard !self.input.isDurationGuessed || self.type == .mp3 else { return nil }
        return self.input.durationSeconds
    }
}

extension PixelSize {
    /// The same shape, the longer side `side` pixels at most.
    fileprivate func fitting(side: Int) -> PixelSize {
        let scale = min(1, Double(side) / Double(max(1, self.width, self.height)))
        return PixelSize(
            width: max(1, Int((Double(self.width) * scale).rounded())),
            height: max(1, Int((Double(self.height) * scale).rounded()))
        )
    }
}
