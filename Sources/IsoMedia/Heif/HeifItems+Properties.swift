/// What an item's colours mean, by numbers of ITU-T H.273 (ISO/IEC 23091-2), the "code points".
package struct ColourCodePoints: Hashable, Sendable {
    /// Where red, green, blue and white lie; 2 is unknown (H.273 table 2).
    package var primaries: Int
    /// From a number to light; 2 is unknown (H.273 table 3).
    package var transfer: Int

    package init(primaries: Int, transfer: Int) {
        self.primaries = primaries
        self.transfer = transfer
    }
}

extension HeifItems {
    /// The size of the picture that is shown, before it is turned or cut, by `ispe`.
    package var size: (width: Int, height: Int)? {
        guard let size = self.properties(of: self.primary, "ispe").first, let width = try? size.u32(4),
            let height = try? size.u32(8)
        else { return nil }
        return (Int(width), Int(height))
    }

    /// The code points of the picture that is shown (`colr` of type `nclx`, else those of the coded picture); nil where it says none, or has
    /// a profile, which is the better word.
    package var colour: ColourCodePoints? {
        guard self.saysColours else { return self.codedColour }
        var found: ColourCodePoints?
        for box in self.colours(of: self.primary) ?? self.colours(ofTiles: self.primary) ?? [] {
            guard let type = try? box.fourCC(0) else { continue }
            if type == "prof" || type == "rICC" { return nil }
            guard type == "nclx", let primaries = try? box.u16(4), let transfer = try? box.u16(6) else { continue }
            if found == nil { found = ColourCodePoints(primaries: Int(primaries), transfer: Int(transfer)) }
        }
        return found
    }

    /// The type of the item that is shown, e.g. `hvc1`, `av01`, `grid`.
    package var primaryType: FourCC? { self.items[self.primary]?.type }

    /// The types of what the picture is put together from, or its own.
    package var codecs: Set<FourCC> {
        let tiles = self.tiles(of: self.primary).compactMap { self.items[$0]?.type }
        return tiles.isEmpty ? Set([self.primaryType].compactMap { $0 }) : Set(tiles)
    }

    /// A property by its number.
    func property(_ index: Int) -> Box? {
        self.properties.indices.contains(index - 1) ? self.properties[index - 1] : nil
    }

    /// The properties of one type that an item has.
    func properties(of id: Int, _ type: FourCC) -> [BoxContent] {
        (self.associations[id]?.indices ?? []).compactMap { index in
            self.property(index).flatMap { $0.type == type ? $0.content : nil }
        }
    }

    /// Whether the container says what the colours mean.
    var saysColours: Bool { (self.colours(of: self.primary) ?? self.colours(ofTiles: self.primary)) != nil }

    private func colours(of id: Int) -> [BoxContent]? {
        let found = self.properties(of: id, "colr")
        return found.isEmpty ? nil : found
    }

    private func colours(ofTiles id: Int) -> [BoxContent]? {
        self.tiles(of: id).first.flatMap { self.colours(of: $0) }
    }

    func tiles(of id: Int) -> [Int] {
        self.references?.references.first { $0.type == "dimg" && $0.from == id }?.targets ?? []
    }
}
