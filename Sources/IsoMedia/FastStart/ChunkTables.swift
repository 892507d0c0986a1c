/// Rewrites the chunk addresses in a `moov` box.
struct ChunkTables {
    /// Where what lay at an address lies now.
    let move: (Int64) throws(IsoMediaFault) -> Int64

    /// The whole box, head included.
    /// - Parameter content: of the `moov` box.
    func rewritten(_ content: BoxContent) throws(IsoMediaFault) -> [UInt8] {
        var writer = BoxWriter()
        try self.write("moov", content, to: &writer)
        return writer.bytes
    }

    /// The way to the tables: which box is looked into inside of which.
    private static let path: [FourCC: FourCC] = ["moov": "trak", "trak": "mdia", "mdia": "minf", "minf": "stbl"]

    private func write(
        _ type: FourCC,
        _ content: BoxContent,
        to writer: inout BoxWriter
    ) throws(IsoMediaFault) {
        var inner = BoxWriter()
        var length = 0
        for box in try content.boxes() {
            length += box.whole.count
            switch box.type {
            case "stco" where type == "stbl": try self.writeTable(box.content, width: 4, to: &inner)
            case "co64" where type == "stbl": try self.writeTable(box.content, width: 8, to: &inner)
            case Self.path[type]: try self.write(box.type, box.content, to: &inner)
            // In another place nobody knows who reads them; and boxes of a kind inside of each other would use up the stack.
            case "stco", "co64", "trak", "mdia", "minf", "stbl": throw .unsupported("a \(box.type) box in \(type)")
            case "cmov": throw .unsupported("a compressed index")
            // Addresses of auxiliary data, and fragments behind the index.
            case "saio", "mvex": throw .unsupported("a \(box.type) box")
            case "dinf":
                try Self.checkIsSelfContained(box.content)
                inner.append(box.whole.bytes)
            case "meta", "udta":
                try Self.checkHasNoAddresses(box.content)
                inner.append(box.whole.bytes)
            default: inner.append(box.whole.bytes)
            }
        }
        // What is too short for a box, such as the zeros behind user data.
        inner.append(try content.dropping(length).bytes)
        guard inner.bytes.count < Int(UInt32.max) - 8 else { throw .tooComplex("a \(type) box of 4 GiB") }
        writer.box(type) { $0.append(inner.bytes) }
    }

    private func writeTable(_ table: BoxContent, width: Int, to writer: inout BoxWriter) throws(IsoMediaFault) {
        let count = Int(try table.u32(4))
        guard count <= (table.count - 8) / width else { throw .damaged("a table of chunks") }
        var offsets: [Int64] = []
        offsets.reserveCapacity(count)
        for index in 0..<count {
            let offset = width == 4 ? UInt64(try table.u32(8 + 4 * index)) : try table.u64(8 + 8 * index)
            offsets.append(try self.move(Int64(clamping: offset)))
        }
        let isWide = width == 8 || offsets.contains { $0 > Int64(UInt32.max) }
        writer.fullBox(isWide ? "co64" : "stco") { writer in
            writer.u32(UInt32(count))
            for offset in offsets {
                if isWide { writer.u64(UInt64(offset)) } else { writer.u32(UInt32(offset)) }
            }
        }
    }

    /// Media in another file has addresses of that file (section 8.7.2).
    static func checkIsSelfContained(_ content: BoxContent) throws(IsoMediaFault) {
        guard let references = try content.boxes()["dref"] else { return }
        for reference in try references.boxes(from: 8) where try reference.content.u32(0) & 1 == 0 {
            throw .unsupported("media in another file")
        }
    }

    /// `iloc` has addresses of items (section 8.11.3). Looked for in any place: a false alarm costs nothing.
    static func checkHasNoAddresses(_ content: BoxContent) throws(IsoMediaFault) {
        let name = Array("iloc".utf8)
        let bytes = content.bytes
        var index = 0
        while let found = bytes[index...].firstIndex(of: name[0]) {
            if bytes[found...].starts(with: name) { throw .unsupported("items with addresses") }
            index = found + 1
        }
    }
}
