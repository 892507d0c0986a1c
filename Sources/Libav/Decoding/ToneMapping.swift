import Glibc

/// High dynamic range and wide gamut brought into sRGB, well enough for a picture of a video.
///
/// Light of the video's own curve becomes linear, 1 being the white of a sheet of paper (203 cd/m², ITU-R BT.2408); BT.2020's
/// primaries become BT.709's (ITU-R BT.2087); what is brighter than half of paper is bent under 1 by the brightest channel, so that hues
/// stay; then sRGB's curve.
///
/// Sources: SMPTE ST 2084 and ITU-R BT.2100 (PQ, HLG), IEC 61966-2-1 (sRGB), the "mobius" curve of FFmpeg's tonemap filter.
struct ToneMapping {
    private static let inputSteps = 4096
    private static let outputSteps = 16384
    /// Nits of HDR mastering taken for the top: 1000, as most is mastered and as HLG is defined.
    private static let peak: Float = 1000 / 203
    /// Up to here nothing is bent.
    private static let knee: Float = 0.5

    /// Linear light by the upper 12 bits of a value.
    private let linear: [Float]
    private let isWide: Bool
    private let bends: Bool
    private let isHybridLogGamma: Bool

    init(_ colours: FrameColours) {
        self.isWide = colours.isWide
        self.bends = colours.transfer != .sdr
        self.isHybridLogGamma = colours.transfer == .hybridLogGamma
        self.linear = (0..<Self.inputSteps).map { step in
            let value = Float(step) / Float(Self.inputSteps - 1)
            switch colours.transfer {
            case .perceptualQuantizer: return Self.perceptualQuantizer(value)
            case .hybridLogGamma: return Self.hybridLogGamma(value)
            case .sdr: return Self.fromSRGB(value)
            }
        }
    }

    /// - Parameter deep: 16 bits per channel, little-endian, three channels.
    /// - Returns: 8 bits per channel.
    func eightBit(_ deep: [UInt8]) -> [UInt8] {
        let count = deep.count / 6
        return [UInt8](unsafeUninitializedCapacity: count * 3) { output, filled in
            for pixel in 0..<count {
                var red = self.light(deep, pixel * 6)
                var green = self.light(deep, pixel * 6 + 2)
                var blue = self.light(deep, pixel * 6 + 4)
                if self.isHybridLogGamma {
                    // The display's part of HLG: the scene's light to the power of 1.2, by luminance.
                    let luminance = 0.2627 * red + 0.678 * green + 0.0593 * blue
                    let gain = Self.peak * powf(max(luminance, 1e-6), 0.2)
                    (red, green, blue) = (red * gain, green * gain, blue * gain)
                }
                if self.isWide {
                    (red, green, blue) = (
                        1.6605 * red - 0.5876 * green - 0.0728 * blue,
                        -0.1246 * red + 1.1329 * green - 0.0083 * blue,
                        -0.0182 * red - 0.1006 * green + 1.1187 * blue
                    )
                }
                let most = max(red, green, blue)
                if self.bends, most > Self.knee {
                    let gain = Self.bent(most) / most
                    (red, green, blue) = (red * gain, green * gain, blue * gain)
                }
                output[pixel * 3] = Self.toSRGB(red)
                output[pixel * 3 + 1] = Self.toSRGB(green)
                output[pixel * 3 + 2] = Self.toSRGB(blue)
            }
            filled = count * 3
        }
    }

    private func light(_ deep: [UInt8], _ offset: Int) -> Float {
        self.linear[(Int(deep[offset]) | Int(deep[offset + 1]) << 8) >> 4]
    }

    // MARK: Curves

    private static func perceptualQuantizer(_ value: Float) -> Float {
        let power = powf(value, 1 / 78.84375)
        let light = powf(max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power), 1 / 0.1593017578125)
        return 10000 / 203 * light
    }

    private static func hybridLogGamma(_ value: Float) -> Float {
        value <= 0.5 ? value * value / 3 : (expf((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    }

    private static func fromSRGB(_ value: Float) -> Float {
        value <= 0.04045 ? value / 12.92 : powf((value + 0.055) / 1.055, 2.4)
    }

    /// From `knee` on a hyperbola that reaches 1 at `peak`.
    private static func bent(_ light: Float) -> Float {
        let (knee, peak) = (Self.knee, Self.peak)
        let a = -knee * knee * (peak - 1) / (knee * knee - 2 * knee + peak)
        let b = (knee * knee - 2 * knee * peak + peak) / (peak - 1)
        return (b * b + 2 * b * knee + knee * knee) / (b - a) * (light + a) / (light + b)
    }

    private static let output: [UInt8] = (0..<outputSteps).map { step in
        let light = Float(step) / Float(outputSteps - 1)
        let value = light <= 0.0031308 ? 12.92 * light : 1.055 * powf(light, 1 / 2.4) - 0.055
        return UInt8(min(255, max(0, (value * 255).rounded())))
    }

    private static func toSRGB(_ light: Float) -> UInt8 {
        Self.output[Int(min(1, max(0, light)) * Float(Self.outputSteps - 1))]
    }
}
