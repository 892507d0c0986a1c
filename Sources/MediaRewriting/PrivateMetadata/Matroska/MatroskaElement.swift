import MediaCore

/// An element of EBML (RFC 8794): where it lies.
struct MatroskaElement {
    var id: UInt32
    var start: Int64
    var content: Int64
    /// Nil where it reaches to the next of its kind.
    var end: Int64?

    /// More bytes has no head.
    private static let maximumHead: Int64 = 12
    private static let maximumChildren = 100_000

    /// - Parameter limit: where its parent ends.
    /// - Returns: nil for what is no element.
    init?(at position: Int64, limit: Int64, of source: any ByteSource) throws(MetadataFault) {
        let bytes = try source.metadata(at: position, count: Int(min(Self.maximumHead, limit - position)))
        guard let first = bytes.first, first != 0 else { return nil }
        let idLength = first.leadingZeroBitCount + 1
        guard idLength <= 4, bytes.count > idLength else { return nil }
        self.id = UInt32(truncatingIfNeeded: bytes.prefix(idLength).bigEndianNumber)
        guard let size = VariableNumber(bytes[idLength...]) else { return nil }
        self.start = position
        self.content = position + Int64(idLength + size.width)
        self.end = size.isUnknown ? nil : min(self.content + Int64(size.value), max(limit, self.content))
    }

    /// The elements side by side in it.
    /// - Throws: ``MetadataFault`` where they do not fill it.
    func children(of source: any ByteSource) throws(MetadataFault) -> [MatroskaElement] {
        guard let end = self.end else { throw MetadataFault("an element without a length") }
        var children: [MatroskaElement] = []
        var position = self.content
        while position < end {
            guard let child = try MatroskaElement(at: position, limit: end, of: source), let next = child.end,
                children.count < Self.maximumChildren
            else { throw MetadataFault("an element's children") }
            children.append(child)
            position = next
        }
        return children
    }

    func text(of source: any ByteSource) throws(MetadataFault) -> String {
        let bytes = try source.metadata(at: self.content, count: Int(min(self.length, 256)))
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    func number(of source: any ByteSource) throws(MetadataFault) -> UInt64 {
        try source.metadata(at: self.content, count: Int(min(self.length, 8))).bigEndianNumber
    }

    /// Of its content.
    var length: Int64 { (self.end ?? self.content) - self.content }
}
