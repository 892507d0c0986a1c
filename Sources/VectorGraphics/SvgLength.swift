import MediaCore

/// How large an SVG wants to be.
///
/// Source: https://www.w3.org/TR/SVG2/coords.html#SizingSVGInCSS, https://www.w3.org/TR/css-values-4/#absolute-lengths
enum SvgLength {
    /// Browsers' size of a picture that says nothing (CSS 2.2 section 10.3.2).
    private static let standard = PixelSize(width: 300, height: 150)

    /// - Returns: at least 1 x 1.
    static func size(width: String?, height: String?, viewBox: String?) -> PixelSize {
        let box = viewBox.flatMap(Self.viewBox)
        let ratio = box.map { $0.height / $0.width }
        let (width, height) = (width.flatMap(Self.pixels), height.flatMap(Self.pixels))
        switch (width, height) {
        case (let width?, let height?): return self.size(width, height)
        case (let width?, nil): return self.size(width, ratio.map { width * $0 } ?? Double(self.standard.height))
        case (nil, let height?): return self.size(ratio.map { height / $0 } ?? Double(self.standard.width), height)
        case (nil, nil): return box.map { self.size($0.width, $0.height) } ?? self.standard
        }
    }

    private static func size(_ width: Double, _ height: Double) -> PixelSize {
        func side(_ length: Double) -> Int { Int(min(max(length.rounded(.up), 1), 1e9)) }
        return PixelSize(width: side(width), height: side(height))
    }

    /// Nil for percentages and for what depends on a font or a page.
    private static func pixels(_ text: String) -> Double? {
        let text = text.filter { !$0.isWhitespace }
        let number = text.prefix { $0.isNumber || "+-.eE".contains($0) }
        var digits = String(number)
        var unit = String(text.dropFirst(number.count))
        // "1em": the e belongs to the unit.
        if digits.last == "e" || digits.last == "E" {
            unit = digits.removeLast().lowercased() + unit
        }
        let factors = ["": 1, "px": 1, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72.0, "pc": 16]
        guard let factor = factors[unit], let value = Double(digits), value.isFinite, value > 0 else { return nil }
        return value * factor
    }

    private static func viewBox(_ text: String) -> (width: Double, height: Double)? {
        let numbers = text.split { $0.isWhitespace || $0 == "," }.map { Double($0) }
        guard numbers.count == 4, let width = numbers[2], let height = numbers[3], width.isFinite, height.isFinite,
            width > 0, height > 0
        else { return nil }
        return (width, height)
    }
}
