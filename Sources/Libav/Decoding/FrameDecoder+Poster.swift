import MediaCore

extension FrameDecoder {
    /// The picture that stands for the video: the first of a few frames spread over it that shows something, which videos begin and end
    /// without. Where all are dark or blank, the one that is least so. The same video gives the same picture each time.
    package func posterFrame() -> DecodedFrame? {
        var best: (seconds: Double, score: Double)?
        for seconds in self.posterTimes {
            // What is left then is for the way back to the best.
            if best != nil, !self.hasAmpleBudget { break }
            guard let frame = self.frame(at: seconds, tolerance: self.posterTolerance),
                let small = try? frame.rgb(size: Self.sample)
            else { continue }
            let rating = FrameRating(small)
            if rating.showsSomething { return frame }
            if rating.score > best?.score ?? -1 { best = (seconds, rating.score) }
        }
        return self.frame(at: best?.seconds ?? self.clock.first, tolerance: best == nil ? 0 : self.posterTolerance)
    }

    private var posterTimes: [Double] {
        // A recording that does not say how long it is.
        guard let duration = self.input.durationSeconds else { return [1, 2, 4, 8, 0].map { self.clock.first + $0 } }
        return [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.05, 0].map { self.clock.first + duration * $0 }
    }

    /// A key frame will do in a video; in a clip of seconds there may be one only, and a black one.
    private var posterTolerance: Double { (self.input.durationSeconds ?? 10) * 0.05 }

    private static let sample = PixelSize(width: 64, height: 64)
}

/// How much there is to see in a picture.
struct FrameRating: Equatable {
    /// Of the luma, 0...255.
    var mean: Double
    var standardDeviation: Double

    init(_ image: RGBImage) {
        let count = Double(max(1, image.size.pixels))
        var (sum, squares) = (0.0, 0.0)
        for pixel in 0..<image.size.pixels {
            let (red, green, blue) = (image.bytes[pixel * 3], image.bytes[pixel * 3 + 1], image.bytes[pixel * 3 + 2])
            let luma = 0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)
            sum += luma
            squares += luma * luma
        }
        self.mean = sum / count
        self.standardDeviation = max(0, squares / count - self.mean * self.mean).squareRoot()
    }

    /// Neither black nor white nor of one colour, nor a few letters on black. Measured on trailers: scenes, also of nights, lie above
    /// 25 and 18; titles on black and fades below.
    var showsSomething: Bool { (25...235).contains(self.mean) && self.standardDeviation >= 18 }

    /// For the choice among dark ones.
    var score: Double { self.standardDeviation + min(self.mean, 255 - self.mean) / 4 }
}
