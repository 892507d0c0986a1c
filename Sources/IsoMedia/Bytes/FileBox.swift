/// Where a box lies in a file.
struct FileBox: Hashable, Sendable {
    var type: FourCC
    /// The box with its head.
    var start: Int64
    /// Where its content begins.
    var content: Int64
    var end: Int64

    var size: Int64 { self.end - self.start }

    /// The boxes of the file itself, not those in them.
    /// - Throws: ``IsoMediaFault`` `damaged` where one reaches past the end: the file was cut off.
    static func all(in source: some ByteSource) throws(IsoMediaFault) -> [FileBox] {
        var boxes: [FileBox] = []
        var position: Int64 = 0
        while source.length - position >= 8 {
            guard boxes.count < Self.maximumCount else { throw .tooComplex("more than \(Self.maximumCount) boxes") }
            let head = BoxContent(try source.bytes(at: position, count: 16))
            let type = try head.fourCC(4)
            var content = position + 8
            let size: Int64
            switch try head.u32(0) {
            case 0: size = source.length - position
            case 1:
                content = position + 16
                size = Int64(clamping: try head.u64(8))
            case let small: size = Int64(small)
            }
            guard size >= content - position, size <= source.length - position else {
                throw .damaged("the size of box \(type)")
            }
            boxes.append(FileBox(type: type, start: position, content: content, end: position + size))
            position += size
        }
        return boxes
    }

    /// A fragmented film of a day has some 50,000.
    private static let maximumCount = 200_000
}
