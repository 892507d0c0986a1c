import IsoMedia

/// What a PNG says of its colours without a profile.
///
/// `cICP` comes first, then `iCCP`, which libvips reads itself, then `sRGB`, then `gAMA` with `cHRM` (PNG, third edition, section 4.3).
/// libvips reads none of the four others.
enum PngColours {
    /// What these bytes say; nil where they say nothing or have a profile.
    /// - Returns: whether it goes before a profile that the file has too.
    static func read(_ bytes: UnsafeRawBufferPointer) -> (space: ColourSpace, isForemost: Bool)? {
        var (gamma, primaries): (Double?, Primaries?) = (nil, nil)
        var (hasProfile, isSRGB) = (false, false)
        for chunk in PngChunks(bytes) {
            let content = UnsafeRawBufferPointer(rebasing: bytes[chunk.content])
            switch chunk.type {
            // Of RGB, and of the whole range: browsers ignore what contradicts the pixels of a PNG.
            case "cICP" where content.count == 4 && content[2] == 0 && content[3] == 1:
                let points = ColourCodePoints(primaries: Int(content[0]), transfer: Int(content[1]))
                if let space = ColourSpace(points) { return (space, true) }
            case "iCCP": hasProfile = true
            case "sRGB": isSRGB = true
            case "gAMA" where content.count == 4:
                let value = Self.number(content, 0)
                // A value that would turn everything black or white is a mistake.
                if (10_000...1_000_000).contains(value) { gamma = 100_000 / Double(value) }
            case "cHRM" where content.count == 32:
                let values = (0..<8).map { Double(Self.number(content, 4 * $0)) / 100_000 }
                primaries = Primaries(
                    red: [values[2], values[3]],
                    green: [values[4], values[5]],
                    blue: [values[6], values[7]],
                    white: [values[0], values[1]]
                )
            case "IDAT":
                guard !hasProfile, !isSRGB, let gamma else { return nil }
                // Alone it corrects what differs; 1/2.2 is what most programs write, and what a screen shows is sRGB (as Chromium, libpng).
                guard primaries != nil || abs(2.2 / gamma - 1) > 0.05 else { return nil }
                return (ColourSpace(primaries: primaries ?? .bt709, transfer: .gamma(gamma)), false)
            default: break
            }
        }
        return nil
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
    }
}
