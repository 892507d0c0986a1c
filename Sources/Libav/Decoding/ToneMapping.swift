import MediaCore

/// High dynamic range and wide gamut brought into sRGB, well enough for a picture of a video.
///
/// Light of the video's own curve becomes linear, 1 being the white of a sheet of paper (203 cd/m², ITU-R BT.2408); BT.2020's
/// primaries become BT.709's (ITU-R BT.2087); what is brighter than half of paper is bent under 1 by the brightest channel, so that hues
/// stay; then sRGB's curve.
///
/// The curves are ``LightCurve``'s, which pictures use too.
struct ToneMapping {
    private static let inputSteps = 4096
    private static let outputSteps = 16384

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
            case .perceptualQuantizer: return LightCurve.perceptualQuantizer(value)
            case .hybridLogGamma: return LightCurve.hybridLogGamma(value)
            case .sdr: return LightCurve.fromSRGB(value)
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
                    let luminance = 0.2627 * red + 0.678 * green + 0.0593 * blue
                    let gain = LightCurve.displayGain(sceneLuminance: luminance)
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
                if self.bends, most > LightCurve.knee {
                    let gain = LightCurve.bent(most) / most
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

    private static let output: [UInt8] = (0..<outputSteps).map { step in
        let light = Float(step) / Float(outputSteps - 1)
        return UInt8(min(255, max(0, (LightCurve.toSRGB(light) * 255).rounded())))
    }

    private static func toSRGB(_ light: Float) -> UInt8 {
        Self.output[Int(min(1, max(0, light)) * Float(Self.outputSteps - 1))]
    }
}
