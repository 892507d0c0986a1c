import HTTPSemantics
import MediaCore
import MediaEngine

/// What the query of a file's URL says about the picture that is wanted.
///
/// Names that are not known mean nothing here, as everywhere; a known one with a value that makes no sense is refused.
struct PictureQuery: Hashable, Sendable {
    /// `original`: the bytes as they are, whoever asks.
    var isOriginal = false
    /// `format`, instead of what `Accept` says.
    var format: RenditionFormat?
    /// Nil where the query asks for no picture but the file's own.
    var options: RenditionOptions?

    /// - Throws: `invalid_request`.
    init(_ query: QueryItems) throws(MediaError) {
        self.isOriginal = try Self.flag("original", query)
        self.format = try Self.format(query)
        let options = RenditionOptions(
            preset: query["preset"],
            changes: try PictureChanges(query),
            isStill: try Self.flag("still", query),
            position: try Self.number("at", query, in: 0...1_000_000)
        )
        if options != RenditionOptions() || self.format != nil { self.options = options }
    }

    /// `?still`, `?still=1`, `?still=true`.
    private static func flag(_ name: String, _ query: QueryItems) throws(MediaError) -> Bool {
        switch query[name] {
        case nil, "0", "false": return false
        case "", "1", "true": return true
        default: throw MediaError(.invalidRequest, "\(name) has no value, or is true or false.")
        }
    }

    private static func format(_ query: QueryItems) throws(MediaError) -> RenditionFormat? {
        guard let text = query["format"] else { return nil }
        if text == "jpg" { return .jpeg }
        return try Self.choice("format", text)
    }

    fileprivate static func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String,
        _ text: String
    ) throws(MediaError) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            let allowed = Value.allCases.map(\.rawValue)
            throw MediaError(
                .invalidRequest,
                "\(name) must be one of \(allowed.joined(separator: ", ")).",
                details: ["allowed": .texts(allowed)]
            )
        }
        return value
    }

    fileprivate static func integer(
        _ name: String,
        _ query: QueryItems,
        in range: ClosedRange<Int>
    ) throws(MediaError) -> Int? {
        guard let text = query[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw MediaError(
                .invalidRequest,
                "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return value
    }

    /// Digits and at most one point; nothing else that programs read as a number.
    fileprivate static func number(
        _ name: String,
        _ query: QueryItems,
        in range: ClosedRange<Double>
    ) throws(MediaError) -> Double? {
        guard let text = query[name] else { return nil }
        guard let value = Self.decimal(text), range.contains(value) else {
            throw MediaError(
                .invalidRequest,
                "\(name) must be a number from \(range.lowerBound) to \(range.upperBound), such as 1.5."
            )
        }
        return value
    }

    fileprivate static func decimal(_ text: some StringProtocol) -> Double? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return Double(text)
    }
}

extension PictureChanges {
    /// The free parameters. Whether they are allowed, and how large a picture may be, is judged with the file at hand.
    fileprivate init(_ query: QueryItems) throws(MediaError) {
        self.init()
        self.width = try PictureQuery.integer("width", query, in: 1...65_535)
        self.height = try PictureQuery.integer("height", query, in: 1...65_535)
        self.dpr = try PictureQuery.number("dpr", query, in: 0.5...4)
        self.quality = try PictureQuery.integer("quality", query, in: 1...100)
        self.blur = try PictureQuery.number("blur", query, in: 0...100)
        if let text = query["fit"] { self.fit = try PictureQuery.choice("fit", text) }
        if let text = query["background"] {
            guard let color = RGBColor(hex: text) else {
                throw MediaError(.invalidRequest, "background must be a colour of six hexadecimal digits: ff8800.")
            }
            self.background = color
        }
        if let text = query["crop"] { (self.crop, self.focalPoint) = try Self.crop(text) }
    }

    /// The name of a way to crop, or the point that is to be kept: `0.5,0.3`.
    private static func crop(_ text: String) throws(MediaError) -> (Preset.Crop, FocalPoint?) {
        if let crop = Preset.Crop(rawValue: text) { return (crop, nil) }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { PictureQuery.decimal($0) }
        if numbers.count == 2, let x = numbers[0], let y = numbers[1], let point = FocalPoint(x: x, y: y) {
            return (.focalPoint, point)
        }
        let allowed = Preset.Crop.allCases.map(\.rawValue)
        throw MediaError(
            .invalidRequest,
            """
            crop must be one of \(allowed.joined(separator: ", ")), or a point in fractions of width and height: 0.5,0.3.
            """,
            details: ["allowed": .texts(allowed)]
        )
    }
}
