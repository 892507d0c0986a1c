/// Chromaticities (CIE 1931 x, y) of red, green, blue and white.
struct Primaries: Hashable {
    var red: SIMD2<Double>
    var green: SIMD2<Double>
    var blue: SIMD2<Double>
    var white: SIMD2<Double>

    private static let d65 = SIMD2(0.3127, 0.329)
    private static let c = SIMD2(0.31, 0.316)

    static let bt709 = Primaries(red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: d65)
    static let bt2020 = Primaries(red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: d65)
    static let displayP3 = Primaries(red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: d65)

    init(red: SIMD2<Double>, green: SIMD2<Double>, blue: SIMD2<Double>, white: SIMD2<Double>) {
        self.red = red
        self.green = green
        self.blue = blue
        self.white = white
    }

    /// ITU-T H.273 table 2.
    init?(codePoint: Int) {
        switch codePoint {
        case 1, 2: self = .bt709
        case 4: self.init(red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: Self.c)
        case 5: self.init(red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: Self.d65)
        case 6, 7: self.init(red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: Self.d65)
        case 8: self.init(red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049], white: Self.c)
        case 9: self = .bt2020
        case 11: self.init(red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351])
        case 12: self = .displayP3
        case 22: self.init(red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077], white: Self.d65)
        default: return nil
        }
    }

    /// From linear red, green, blue to CIE XYZ as seen under D50, the light of profiles, by Bradford's adaptation; nil for points that
    /// span no colours.
    var toXYZ: Matrix3? {
        func xyz(_ point: SIMD2<Double>) -> SIMD3<Double>? {
            guard point.y > 1e-6, point.x >= 0, point.x <= 1, point.y <= 1 else { return nil }
            return SIMD3(point.x / point.y, 1, (1 - point.x - point.y) / point.y)
        }
        guard let red = xyz(self.red), let green = xyz(self.green), let blue = xyz(self.blue),
            let white = xyz(self.white), let inverse = Matrix3(columns: red, green, blue).inverse
        else { return nil }
        let gains = inverse * white
        let cone = Matrix3(columns: [0.8951, -0.7502, 0.0389], [0.2664, 1.7135, -0.0685], [-0.1614, 0.0367, 1.0296])
        guard let back = cone.inverse else { return nil }
        let (seen, target) = (cone * white, cone * Self.d50)
        guard seen.x > 0, seen.y > 0, seen.z > 0 else { return nil }
        let adaptation = back * Matrix3(diagonal: target / seen) * cone
        return adaptation * Matrix3(columns: red * gains.x, green * gains.y, blue * gains.z)
    }

    /// The white of profiles (ICC.1:2010 section 6.3.4.3).
    static let d50 = SIMD3(0.9642, 1, 0.8249)
}
