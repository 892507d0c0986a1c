/// How large an SVG is that stands for itself, in CSS pixels: as browsers show it in an `<img>` that says no size.
///
/// Sources: SVG 2 section 8.2 (width, height, viewBox), CSS Images 3 section 4.4 (the default of 300 x 150), CSS Values 4 section 6 (96
/// pixels an inch). Compared with Chromium, also where it is more particular: a size in `style` does not count.
struct SvgSize: Hashable {
    /// Pixels; whole, and at least 1.
    let width: Int
    let height: Int

    private static let fallback = (width: 300.0, height: 150.0)
    /// Nothing is drawn that large; it only has to be a number that everybody can hold.
    private static let longest = 1e6
    private static let defaultFontSize = 16.0

    /// - Parameter attributes: of the root element; those without a namespace.
    init(_ attributes: [(name: String, value: String)]) {
        func value(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
        let fontSize = Self.fontSize(value("style"), value("font-size"))
        let width = value("width").flatMap { Self.length($0, fontSize: fontSize) }
        let height = value("height").flatMap { Self.length($0, fontSize: fontSize) }
        let ratio = value("viewBox").flatMap(Self.ratio)
        let size: (width: Double, height: Double)
        switch (width, height, ratio) {
        case (let width?, let height?, _): size = (width, height)
        case (let width?, nil, let ratio?): size = (width, width / ratio)
        case (let width?, nil, nil): size = (width, Self.fallback.height)
        case (nil, let height?, let ratio?): size = (height * ratio, height)
        case (nil, let height?, nil): size = (Self.fallback.width, height)
        case (nil, nil, let ratio?):
            let factor = min(Self.fallback.width / ratio, Self.fallback.height)
            size = (factor * ratio, factor)
        case (nil, nil, nil): size = Self.fallback
        }
        self.width = Int(min(Self.longest, max(1, size.width.rounded())))
        self.height = Int(min(Self.longest, max(1, size.height.rounded())))
    }

    /// Pixels; nil for what says nothing of a size by itself: percentages, `auto`, words.
    private static func length(_ text: String, fontSize: Double) -> Double? {
        guard let (number, unit) = self.split(text) else { return nil }
        let pixels: Double
        switch unit {
        case "", "px": pixels = 1
        case "in": pixels = 96
        case "cm": pixels = 96 / 2.54
        case "mm": pixels = 96 / 25.4
        case "q": pixels = 96 / 101.6
        case "pt": pixels = 96.0 / 72
        case "pc": pixels = 16
        case "em": pixels = fontSize
        case "rem": pixels = fontSize
        case "ex", "ch": pixels = fontSize / 2
        default: return nil
        }
        return max(0, number * pixels)
    }

    private static func fontSize(_ style: String?, _ attribute: String?) -> Double {
        let declared = style?.split(separator: ";").compactMap { declaration -> String? in
            let parts = declaration.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }).lowercased() == "font-size" else {
                return nil
            }
            return String(parts[1])
        }
        let found = (declared?.last ?? attribute).flatMap { self.length($0, fontSize: self.defaultFontSize) }
        return found ?? self.defaultFontSize
    }

    /// Width by height.
    private static func ratio(_ viewBox: String) -> Double? {
        let numbers = viewBox.split { $0 == "," || $0.isWhitespace }.map { Double($0) }
        guard numbers.count == 4, let width = numbers[2], let height = numbers[3], width > 0, height > 0,
            (width / height).isFinite, width / height > 0
        else { return nil }
        return width / height
    }

    /// A number and the letters behind it, in lower case.
    private static func split(_ text: String) -> (number: Double, unit: String)? {
        let trimmed = text.drop(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }.map { trimmed.index(after: $0) } ?? trimmed.endIndex
        let whole = trimmed[..<end]
        // An e may belong to the number or to its unit: the longest number counts.
        var cut = whole.endIndex
        while cut > whole.startIndex {
            if let number = Double(whole[..<cut]), number.isFinite, let last = whole[..<cut].last,
                last.isNumber || last == "."
            {
                return (number, whole[cut...].lowercased())
            }
            cut = whole.index(before: cut)
            guard whole.distance(from: cut, to: whole.endIndex) <= 4 else { return nil }
        }
        return nil
    }
}
