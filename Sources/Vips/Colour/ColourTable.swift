import Glibc
import MediaCore

/// The colours of a high dynamic range as a screen can show them, for a grid of all that can be said (ICC.1:2001-04 section 6.5.7,
/// `lut16Type`).
///
/// The grid is even in the file's own numbers, which are even to the eye: between its points a straight line is right to a unit.
struct ColourTable {
    let bytes: [UInt8]

    private static let side = 33

    /// - Returns: nil for primaries that span no colours.
    init?(_ space: ColourSpace) {
        guard let wide = space.primaries.toXYZ, let narrow = Primaries.bt709.toXYZ, let back = narrow.inverse else {
            return nil
        }
        let toScreen = back * wide
        // Luminance weights of the primaries at hand.
        let luminance = SIMD3((wide * [1, 0, 0]).y, (wide * [0, 1, 0]).y, (wide * [0, 0, 1]).y)
        let linear = (0..<Self.side).map { step in
            let value = Float(step) / Float(Self.side - 1)
            return Double(
                space.transfer == .hybridLogGamma
                    ? LightCurve.hybridLogGamma(value) : LightCurve.perceptualQuantizer(value)
            )
        }
        var bytes = Array("mft2".utf8) + [0, 0, 0, 0, 3, 3, UInt8(Self.side), 0]
        for row in 0..<3 { for column in 0..<3 { bytes += ColourProfile.u32(row == column ? 65536 : 0) } }
        bytes += ColourProfile.u16(2) + ColourProfile.u16(2)
        let identity: [UInt8] = [0, 0, 0xFF, 0xFF]
        bytes += identity + identity + identity
        bytes.reserveCapacity(bytes.count + 6 * Self.side * Self.side * Self.side + 12)
        for red in linear {
            for green in linear {
                for blue in linear {
                    var light = SIMD3(red, green, blue)
                    if space.transfer == .hybridLogGamma {
                        light *= Double(LightCurve.displayGain(sceneLuminance: Float((light * luminance).sum())))
                    }
                    light = toScreen * light
                    let most = light.max()
                    if most > Double(LightCurve.knee) { light *= Double(LightCurve.bent(Float(most))) / most }
                    light.clamp(lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 1))
                    bytes += Self.lab(narrow * light)
                }
            }
        }
        self.bytes = bytes + identity + identity + identity
    }

    /// CIE L*a*b* in 16 bits each, as profiles of version 2 write them (section 6.5.7, table 42).
    private static func lab(_ xyz: SIMD3<Double>) -> [UInt8] {
        func root(_ value: Double) -> Double { value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116 }
        let relative = xyz / Primaries.d50
        let (x, y, z) = (root(relative.x), root(relative.y), root(relative.z))
        let values = [(116 * y - 16) * 652.8, (500 * (x - y) + 128) * 256, (200 * (y - z) + 128) * 256]
        return values.flatMap { ColourProfile.u16(Int(min(65535, max(0, $0.rounded())))) }
    }
}
