import Glibc
import IsoMedia
import MediaCore

/// What a file without a profile says of its colours: where its primaries lie, and from which number which light comes.
struct ColourSpace: Hashable {
    var primaries: Primaries
    var transfer: Transfer

    enum Transfer: Hashable {
        case sRGB
        case gamma(Double)
        case perceptualQuantizer
        case hybridLogGamma

        /// More light than paper has.
        var isHighDynamicRange: Bool { self == .perceptualQuantizer || self == .hybridLogGamma }

        /// From a number to light, both 0...1. For those two: of a grey, brought into what a screen has.
        func light(_ value: Double) -> Double {
            switch self {
            case .sRGB: return Double(LightCurve.fromSRGB(Float(value)))
            case .gamma(let gamma): return pow(value, gamma)
            case .perceptualQuantizer: return Double(LightCurve.bent(LightCurve.perceptualQuantizer(Float(value))))
            case .hybridLogGamma:
                let scene = LightCurve.hybridLogGamma(Float(value))
                return Double(LightCurve.bent(scene * LightCurve.displayGain(sceneLuminance: scene)))
            }
        }
    }

    /// What browsers take a picture for that says nothing.
    static let sRGB = ColourSpace(primaries: .bt709, transfer: .sRGB)

    init(primaries: Primaries, transfer: Transfer) {
        self.primaries = primaries
        self.transfer = transfer
    }

    /// By numbers of ITU-T H.273; nil where one of them is not known here.
    ///
    /// The curves of television cameras (1, 6, 14, 15 and their like) are taken for sRGB's, as browsers do: it is nearer to what screens
    /// make of them.
    init?(_ points: ColourCodePoints) {
        guard let primaries = Primaries(codePoint: points.primaries) else { return nil }
        switch points.transfer {
        case 1, 2, 6, 11, 12, 13, 14, 15: self.transfer = .sRGB
        case 4: self.transfer = .gamma(2.2)
        case 5: self.transfer = .gamma(2.8)
        case 8: self.transfer = .gamma(1)
        case 17: self.transfer = .gamma(2.6)
        case 16: self.transfer = .perceptualQuantizer
        case 18: self.transfer = .hybridLogGamma
        default: return nil
        }
        self.primaries = primaries
    }
}
