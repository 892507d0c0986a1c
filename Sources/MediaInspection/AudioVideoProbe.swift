import Libav
import MediaCore

/// What FFmpeg's libraries say of a video or of music, beside the proof that the container is whole.
///
/// A file that they cannot open has no facts and is no less welcome: they know many formats, not all.
struct AudioVideoProbe {
    private let input: LibavInput
    private let type: MediaType
    private let descriptor: Int32
    private let length: Int64

    /// What one inspection reads at most: a video without an index is searched from its beginning, and somebody waits for the end of
    /// an upload.
    private static let allowanceBytes: Int64 = 256 << 20

    /// Nil for other types, and for what cannot be opened.
    init?(descriptor: Int32, length: Int64, type: MediaType) {
        guard type.isDecodableVideo || type.isMusic else { return nil }
        let input = try? LibavInput(descriptor: descriptor, type: type, allowanceBytes: Self.allowanceBytes)
        guard let input else { return nil }
        (self.input, self.type, self.descriptor, self.length) = (input, type, descriptor, length)
    }

    /// Fills in what the container's own parser left open, and shows the size as players do: boxes may hold a ratio, or know nothing
    /// of the shape of pixels that the codec tells.
    /// - Parameter container: what the container's own parser says.
    func complete(_ inspection: inout Inspection, container: Sniffed.Container, limits: ImageLimits) {
        var facts = self.input.facts
        if case .isoMedia(let boxes) = container {
            facts.isProgressive = boxes.isProgressive
            if let counted = boxes.movie?.frameRateInFragments { facts.frameRate = counted }
        }
        if self.type.isDecodableVideo, let size = self.input.displaySize { inspection.dimensions = size }
        if inspection.durationSeconds == nil {
            inspection.durationSeconds = SoundLength.seconds(of: self.type, in: self.source) ?? self.said
        }
        let isRateMissing = facts.videoCodec != nil && facts.frameRate == nil
        if inspection.durationSeconds == nil || isRateMissing {
            let survey = try? PacketSurvey(
                descriptor: self.descriptor,
                type: self.type,
                allowanceBytes: Self.allowanceBytes
            )
            if isRateMissing { facts.frameRate = survey?.frameRate }
            if inspection.durationSeconds == nil {
                inspection.durationSeconds = survey?.durationSeconds ?? self.end(of: container) ?? self.guessed
            }
        }
        // FFmpeg's comes from its own duration, which may be that of the first fragment.
        if let seconds = inspection.durationSeconds, seconds > 0, self.input.durationSeconds != seconds {
            facts.bitRate = Int64(exactly: (Double(self.length) * 8 / seconds).rounded())
        }
        inspection.media = facts.bounded
        if self.type.isDecodableVideo, let placeholder = self.placeholder(limits) {
            inspection.thumbHash = placeholder.thumbHash
            inspection.dominantColor = placeholder.dominantColor
        }
    }

    private var source: DescriptorSource { DescriptorSource(descriptor: self.descriptor, length: self.length) }

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

    /// What the container says; nil where FFmpeg guessed it from the rate of the first packets. Of sound that is not compressed that is no
    /// guess, but what was written to a pipe may claim the largest length there is.
    private var said: Double? {
        guard let seconds = self.input.durationSeconds else { return nil }
        if let rate = self.input.constantBitRate { return min(seconds, Double(self.length) * 8 / Double(rate)) }
        return self.input.isDurationGuessed || self.isUnfinished ? nil : seconds
    }

    /// The length in the head was not written, or by somebody who had not seen the end.
    private var isUnfinished: Bool {
        UnfinishedRecording.lacksLength(self.type, self.source)
    }

    /// Of a recording that is too large to be counted.
    private func end(of container: Sniffed.Container) -> Double? {
        guard case .matroska(let facts) = container,
            let ticks = MatroskaEnd.ticks(in: self.source)
        else { return nil }
        return Double(ticks) * Double(facts.timestampScale) / 1_000_000_000
    }

    /// For what is too large to be counted: of MP3, which is seldom told otherwise, the guess is good; of Flash video it is the time of
    /// the last tag.
    private var guessed: Double? {
        let isGood = self.type == .mp3 ? self.input.isDurationGuessed : self.type == MediaType("video/x-flv")
        return isGood ? self.input.durationSeconds : nil
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
