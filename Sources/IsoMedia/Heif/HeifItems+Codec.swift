extension HeifItems {
    /// What the picture that is shown, or one that it is put together of, is coded as, where that is none of what decoders of HEIC and AVIF
    /// know; nil where they know all of it.
    ///
    /// A file may hold anything: JPEG, JPEG 2000, H.264, H.266, numbers without a code (ISO/IEC 23008-12 annexes E, F, H, L; 23001-17).
    package var unknownCodec: FourCC? {
        var waiting = [self.primary]
        var seen: Set<Int> = []
        while let id = waiting.popLast(), seen.count < Self.maximumParts {
            guard seen.insert(id).inserted, let type = self.items[id]?.type else { continue }
            if Self.derived.contains(type) {
                let references = self.references?.references ?? []
                waiting += references.filter { $0.type == "dimg" && $0.from == id }.flatMap(\.targets)
            } else if !Self.known.contains(type) {
                return type
            }
        }
        return nil
    }

    private static let maximumParts = 10_000
    private static let known: Set<FourCC> = ["hvc1", "av01"]
    /// Of other pictures: a grid, the same one turned, several on top of each other.
    private static let derived: Set<FourCC> = ["grid", "iden", "iovl"]
}
