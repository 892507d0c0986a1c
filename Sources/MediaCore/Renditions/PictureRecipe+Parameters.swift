extension PictureRecipe {
    /// Raised when the rendering changes in a way that old results must not be kept.
    package static let version = 3

    /// E.g. `342x-q80-v3.webp`, `256x256-cover-attention-q80-v3.avif`, `300x200-cover-at500,300-q75-b20-v3.jpg`.
    package var parameters: String {
        var parts = [self.width == nil && self.height == nil ? "full" : "\(self.width.text)x\(self.height.text)"]
        if self.fit != .inside { parts.append(self.fit.rawValue) }
        if self.fit == .cover { parts.append(self.crop.text) }
        parts.append("q\(self.quality)")
        if let background, background != .white || self.format.hasAlpha {
            parts.append("on\(background.hex.dropFirst())")
        }
        if let blur { parts.append("b\(Int((blur * 10).rounded()))") }
        if !self.isStill { parts.append("animated") }
        if let position { parts.append("t\(Int((position * 1000).rounded()))") }
        parts.append("v\(Self.version)")
        return parts.joined(separator: "-") + ".\(self.format.type.fileExtension)"
    }
}

extension PictureRecipe.Crop {
    fileprivate var text: String {
        switch self {
        case .attention: "attention"
        case .entropy: "entropy"
        case .centre: "centre"
        case .focalPoint(let point): "at\(Int((point.x * 1000).rounded())),\(Int((point.y * 1000).rounded()))"
        }
    }
}

extension Int? {
    fileprivate var text: String { self.map { "\($0)" } ?? "" }
}
