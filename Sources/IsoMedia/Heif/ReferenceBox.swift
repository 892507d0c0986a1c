/// The `iref` box: which item refers to which (ISO/IEC 14496-12 section 8.11.12).
struct ReferenceBox: Sendable {
    var references: [Reference]
    /// Bytes of an id: 2 or 4.
    let idWidth: Int
    /// Where the references lie, one after the other.
    let range: Range<Int>

    struct Reference: Hashable, Sendable {
        var type: FourCC
        var from: Int
        var targets: [Int]
    }

    init(_ box: BoxContent) throws(IsoMediaFault) {
        let idWidth = try box.u8(0) == 0 ? 2 : 4
        self.idWidth = idWidth
        self.range = box.range.lowerBound + 4..<box.range.upperBound
        var references: [Reference] = []
        for entry in try box.boxes(from: 4) {
            let count = Int(try entry.content.u16(idWidth))
            var targets: [Int] = []
            for index in 0..<count {
                targets.append(try entry.content.id(idWidth + 2 + index * idWidth, width: idWidth))
            }
            let from = try entry.content.id(0, width: idWidth)
            references.append(Reference(type: entry.type, from: from, targets: targets))
        }
        self.references = references
    }

    /// The references as they are written.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func append(_ value: Int, _ width: Int) {
            for index in (0..<width).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        }
        for reference in self.references {
            append(8 + self.idWidth * (1 + reference.targets.count) + 2, 4)
            bytes += reference.type.bytes
            append(reference.from, self.idWidth)
            append(reference.targets.count, 2)
            for target in reference.targets { append(target, self.idWidth) }
        }
        return bytes
    }
}
