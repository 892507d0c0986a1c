/// Bytes to put in the place of as many others.
package struct BytePatch: Hashable, Sendable {
    /// From the beginning of the file.
    package var offset: Int64
    /// The new bytes.
    package var bytes: [UInt8]
}

extension HeifItems {
    /// What to change in a copy of the file, for the eyes of a decoder only, so that libheif 1.15 (Debian 12) reads it as it is meant.
    ///
    /// The standard allows what this version refuses or gets wrong:
    /// - a reference that names several items (ISO/IEC 14496-12 section 8.11.12), as telephones since iOS 18 write it: their EXIF and their
    ///   gain map belong to the picture and to its HDR twin, the derived image `tmap`, which the version does not know either;
    /// - properties in any order (ISO/IEC 23008-12 section 6.5.1): `irot` in front of `ispe` does not turn the size.
    ///
    /// Nothing is moved and nothing becomes longer: no offset changes. Of several targets the picture that is shown stays; a reference that
    /// is of no use for showing it becomes one of type `free`, which nobody knows.
    package var patches: [BytePatch] { self.referencePatches + self.orderPatches }

    // MARK: References

    /// What libheif 1.15 makes pictures of.
    private static let pictureTypes: Set<FourCC> = ["hvc1", "av01", "grid", "iden", "iovl"]

    private func isPicture(_ id: Int) -> Bool { self.items[id].map { Self.pictureTypes.contains($0.type) } ?? false }

    private var referencePatches: [BytePatch] {
        guard var box = self.references, box.references.contains(where: self.isRefused) else { return [] }
        var (surplus, hidden): (Int, Set<Int>) = (0, [])
        for index in box.references.indices {
            let reference = box.references[index]
            switch reference.type {
            case "cdsc": box.references[index].type = "free"
            case "auxl", "thmb":
                if let target = self.target(of: reference) {
                    surplus += reference.targets.count - 1
                    box.references[index].targets = [target]
                } else if self.isRefused(reference) {
                    box.references[index].type = "free"
                    hidden.insert(reference.from)
                }
            default: break
            }
        }
        if surplus > 0 {
            if let filler = box.references.firstIndex(where: { $0.type == "free" })
                ?? box.references.firstIndex(where: { self.items[$0.from]?.type == "tmap" }),
                box.references[filler].targets.count + surplus <= Int(UInt16.max)
            {
                box.references[filler].type = "free"
                box.references[filler].targets += Array(repeating: self.primary, count: surplus)
            } else {
                // No room to leave the rest: the picture is shown without what belongs to several.
                box.references = self.references?.references ?? []
                for (index, reference) in box.references.enumerated() where self.isRefused(reference) {
                    box.references[index].type = "free"
                    if reference.type != "cdsc" { hidden.insert(reference.from) }
                }
            }
        }
        let bytes = box.bytes
        guard bytes.count == box.range.count else { return [] }
        return [BytePatch(offset: self.origin + Int64(box.range.lowerBound), bytes: bytes)]
            + hidden.sorted().compactMap(self.hiding)
    }

    private func isRefused(_ reference: ReferenceBox.Reference) -> Bool {
        switch reference.type {
        case "cdsc", "thmb": reference.targets.count != 1 || !reference.targets.allSatisfy(self.isPicture)
        case "auxl":
            reference.targets.count != 1 || !reference.targets.allSatisfy(self.isPicture)
                || !self.hasAuxiliaryType(reference.from)
        default: false
        }
    }

    /// The one target that is kept.
    private func target(of reference: ReferenceBox.Reference) -> Int? {
        guard reference.type != "auxl" || self.hasAuxiliaryType(reference.from) else { return nil }
        let pictures = reference.targets.filter { self.isPicture($0) && $0 != reference.from }
        return pictures.contains(self.primary) ? self.primary : pictures.first
    }

    private func hasAuxiliaryType(_ id: Int) -> Bool { !self.properties(of: id, "auxC").isEmpty }

    /// An item that nothing ties to the picture any more would count as one of its own.
    private func hiding(_ id: Int) -> BytePatch? {
        guard let item = self.items[id], !item.isHidden else { return nil }
        return BytePatch(offset: self.origin + Int64(item.flags), bytes: [1])
    }

    // MARK: Order of properties

    private static let transformations: Set<FourCC> = ["irot", "imir", "clap"]

    private var orderPatches: [BytePatch] {
        self.associations.values.compactMap { associations in
            let types = associations.indices.map { self.property($0)?.type }
            guard let size = types.firstIndex(of: "ispe"),
                let turned = types.firstIndex(where: { $0.map(Self.transformations.contains) ?? false }), turned < size
            else { return nil }
            var values = associations.values
            values.insert(values.remove(at: size), at: 0)
            let bytes = values.flatMap { value in
                (0..<associations.width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            }
            return BytePatch(offset: self.origin + Int64(associations.offset), bytes: bytes)
        }.sorted { $0.offset < $1.offset }
    }
}
