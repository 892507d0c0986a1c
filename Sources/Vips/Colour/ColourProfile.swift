import Glibc
import MediaCore
import Synchronization

/// An ICC profile made of what a file says of its colours in other words, so that one way of converting colours serves all pictures.
///
/// - A matrix and curves, where light is what a screen has.
/// - PQ and HLG: a table of colours, which are brought into sRGB as those of a video are (``LightCurve``).
/// - A curve, for greys.
///
/// Source: ICC.1:2001-04 (version 2.4).
enum ColourProfile {
    private struct Key: Hashable {
        var space: ColourSpace
        var isGrey: Bool
    }

    /// A table takes some milliseconds; there are a handful of kinds.
    private static let made = Mutex<[Key: [UInt8]]>([:])
    private static let maximumCount = 8

    /// - Returns: nil where there is nothing to convert, or no sense in the numbers.
    static func of(_ space: ColourSpace, isGrey: Bool) -> [UInt8]? {
        let key = Key(space: space, isGrey: isGrey)
        if isGrey ? space.transfer == .sRGB : space == .sRGB { return nil }
        if let known = self.made.withLock({ $0[key] }) { return known }
        guard let profile = isGrey ? self.grey(space) : self.colours(space) else { return nil }
        self.made.withLock { made in
            if made.count >= self.maximumCount { made.removeAll() }
            made[key] = profile
        }
        return profile
    }

    private static func grey(_ space: ColourSpace) -> [UInt8] {
        self.profile("GRAY", connection: "XYZ ", [("kTRC", self.curve(space.transfer))])
    }

    private static func colours(_ space: ColourSpace) -> [UInt8]? {
        guard let matrix = space.primaries.toXYZ else { return nil }
        if space.transfer.isHighDynamicRange {
            guard let table = ColourTable(space) else { return nil }
            // One table for all intents: libvips takes no profile that lacks the one it asks for.
            return self.profile(
                "RGB ",
                connection: "Lab ",
                [("A2B0", table.bytes), ("A2B1", table.bytes), ("A2B2", table.bytes)]
            )
        }
        let curve = self.curve(space.transfer)
        return self.profile(
            "RGB ",
            connection: "XYZ ",
            [
                ("rXYZ", self.xyz(matrix * [1, 0, 0])), ("gXYZ", self.xyz(matrix * [0, 1, 0])),
                ("bXYZ", self.xyz(matrix * [0, 0, 1])),
                ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
            ]
        )
    }

    // MARK: The format

    private static func profile(
        _ space: String,
        connection: String,
        _ tags: [(name: String, content: [UInt8])]
    ) -> [UInt8] {
        let text = Array("text".utf8) + [0, 0, 0, 0] + Array("CC0".utf8) + [0]
        let name = Array("made".utf8)
        let description =
            Array("desc".utf8) + [0, 0, 0, 0] + self.u32(name.count + 1) + name + [0]
            + [UInt8](repeating: 0, count: 4 + 4 + 2 + 1 + 67)
        let all = [("desc", description), ("cprt", text), ("wtpt", self.xyz(Primaries.d50))] + tags
        var (directory, data): ([UInt8], [UInt8]) = (self.u32(all.count), [])
        let start = 128 + 4 + 12 * all.count
        var last: (content: [UInt8], offset: Int) = ([], 0)
        for (name, content) in all {
            let isShared = content == last.content
            let offset = isShared ? last.offset : start + data.count
            directory += Array(name.utf8) + self.u32(offset) + self.u32(content.count)
            if isShared { continue }
            last = (content, offset)
            data += content + [UInt8](repeating: 0, count: (4 - content.count % 4) % 4)
        }
        var header = self.u32(start + data.count) + self.u32(0) + [2, 0x40, 0, 0]
        header += Array("mntr".utf8) + Array(space.utf8) + Array(connection.utf8)
        header += [0x07, 0xE8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0] + Array("acsp".utf8)
        header += [UInt8](repeating: 0, count: 28)
        header += self.xyz(Primaries.d50).dropFirst(8)
        header += [UInt8](repeating: 0, count: 128 - header.count)
        return header + directory + data
    }

    private static func curve(_ transfer: ColourSpace.Transfer) -> [UInt8] {
        let steps = 4096
        var bytes = Array("curv".utf8) + [0, 0, 0, 0] + self.u32(steps)
        for step in 0..<steps {
            let light = min(1, max(0, transfer.light(Double(step) / Double(steps - 1))))
            bytes += self.u16(Int((light * 65535).rounded()))
        }
        return bytes
    }

    private static func xyz(_ value: SIMD3<Double>) -> [UInt8] {
        Array("XYZ ".utf8) + [0, 0, 0, 0]
            + [value.x, value.y, value.z].flatMap { component in
                let fixed = Int32(clamping: Int((component * 65536).rounded()))
                return self.u32(Int(UInt32(bitPattern: fixed)))
            }
    }

    static func u32(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    static func u16(_ value: Int) -> [UInt8] { (0..<2).map { UInt8(truncatingIfNeeded: value >> (8 - 8 * $0)) } }
}
