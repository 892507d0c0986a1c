package import Primitives

/// What a HEIF file says of its items: what they are, how they refer to each other, what properties they have.
///
/// Sources: ISO/IEC 14496-12 section 8.11, ISO/IEC 23008-12 (HEIF) sections 6 and 9.3.
package struct HeifItems: Sendable {
    /// The item that is shown.
    package let primary: Int
    /// The items by their id.
    let items: [Int: Item]
    let references: ReferenceBox?
    /// The properties that items name by their number, which begins at 1.
    let properties: [Box]
    let associations: [Int: Associations]
    /// Where the fields above count from in the file.
    let origin: Int64
    /// What the coded picture says of its colours itself; looked for where the file says nothing.
    private(set) var codedColour: ColourCodePoints?

    struct Item: Sendable {
        var type: FourCC
        /// Where the byte lies whose last bit hides the item.
        var flags: Int
        var isHidden: Bool
    }

    /// Which properties an item has.
    struct Associations: Sendable {
        /// Where the first one lies.
        var offset: Int
        /// Bytes of each: 1 or 2.
        var width: Int
        /// As they stand there; the uppermost bit says that a property is essential.
        var values: [Int]

        var indices: [Int] { self.values.map { $0 & (self.width == 1 ? 0x7F : 0x7FFF) } }
    }

    /// All items of a file are described in less; tiles of the largest picture included.
    private static let maximumBytes: Int64 = 8 << 20
    /// Far more than the tiles of the largest picture.
    private static let maximumCount = 100_000
    /// `meta` comes second or third.
    private static let maximumBoxesBefore = 64

    /// - Returns: nil where the file has no `meta` box.
    /// - Throws: ``IsoMediaFault``, where what it says cannot be read.
    package init?(_ source: some ByteSource) throws(IsoMediaFault) {
        guard let box = try Self.metaBox(source) else { return nil }
        guard box.end - box.content <= Self.maximumBytes else { throw .tooComplex("a meta box of \(box.size) bytes") }
        // A full box: version and flags come first.
        let content = BoxContent(try source.read(at: box.content, count: Int(box.end - box.content)))
        let boxes = try content.boxes(from: 4)
        self.origin = box.content
        let first = try boxes.required("pitm")
        self.primary = try first.u8(0) == 0 ? Int(first.u16(4)) : Int(first.u32(4))
        self.items = try Self.items(try boxes.required("iinf"))
        self.references = try boxes["iref"].map { (box) throws(IsoMediaFault) in try ReferenceBox(box) }
        let described = try boxes["iprp"]?.boxes() ?? []
        self.properties = try described["ipco"]?.boxes() ?? []
        var associations: [Int: Associations] = [:]
        for box in described where box.type == "ipma" { try Self.read(box.content, into: &associations) }
        self.associations = associations
        if !self.saysColours { self.codedColour = self.codedColour(source, boxes) }
    }

    private static func metaBox(_ source: some ByteSource) throws(IsoMediaFault) -> FileBox? {
        var position: Int64 = 0
        for _ in 0..<Self.maximumBoxesBefore where source.length - position >= 8 {
            let bytes = try source.read(at: position, count: BoxHeader.maximumBytes)
            let box: FileBox?
            do throws(BoxHeader.Flaw) {
                box = try BoxHeader(bytes.span)?.box(at: position, limit: source.length)
            } catch {
                throw .damaged("the size of box \(error.type)")
            }
            guard let box, box.end > position, box.end <= source.length else { return nil }
            if box.type == "meta" { return box }
            position = box.end
        }
        return nil
    }

    private static func items(_ box: BoxContent) throws(IsoMediaFault) -> [Int: Item] {
        var items: [Int: Item] = [:]
        for entry in try box.boxes(from: box.u8(0) == 0 ? 6 : 8) where entry.type == "infe" {
            let version = try entry.content.u8(0)
            guard version >= 2 else { continue }
            let width = version == 2 ? 2 : 4
            let id = try entry.content.id(4, width: width)
            items[id] = Item(
                type: try entry.content.fourCC(6 + width),
                flags: entry.content.range.lowerBound + 3,
                isHidden: try entry.content.u8(3) & 1 == 1
            )
        }
        return items
    }

    private static func read(_ box: BoxContent, into all: inout [Int: Associations]) throws(IsoMediaFault) {
        let idWidth = try box.u8(0) < 1 ? 2 : 4
        let width = try box.u8(3) & 1 == 1 ? 2 : 1
        let count = Int(try box.u32(4))
        guard all.count + count <= Self.maximumCount else { throw .tooComplex("\(count) items") }
        var offset = 8
        for _ in 0..<count {
            let id = try box.id(offset, width: idWidth)
            let named = Int(try box.u8(offset + idWidth))
            offset += idWidth + 1
            var found = Associations(offset: box.range.lowerBound + offset, width: width, values: [])
            for _ in 0..<named {
                found.values.append(width == 1 ? Int(try box.u8(offset)) : Int(try box.u16(offset)))
                offset += width
            }
            if all[id] == nil { all[id] = found }
        }
    }
}

extension BoxContent {
    /// An item's id, which has 2 or 4 bytes.
    func id(_ offset: Int, width: Int) throws(IsoMediaFault) -> Int {
        width == 2 ? Int(try self.u16(offset)) : Int(try self.u32(offset))
    }
}
