package import Primitives

/// Where a box lies in a file.
package struct FileBox: Hashable, Sendable {
    /// The type of the box.
    package var type: FourCC
    /// The box with its header.
    package var start: Int64
    /// Where its content begins.
    package var content: Int64
    /// The position behind its last byte.
    package var end: Int64

    /// The length in bytes, header included.
    package var size: Int64 { self.end - self.start }

    /// A fragmented video of a day has some 50,000.
    private static let maximumCount = 200_000

    /// Boxes that a file may hold beside its index; whatever else seems to end behind the end of the file, behind index and media, is none.
    package static let topLevelTypes: Set<FourCC> = [
        "ftyp", "moov", "mdat", "moof", "mfra", "meta", "styp", "sidx", "ssix", "emsg", "prft", "free", "skip", "wide",
        "udta",
        "uuid", "pdin", "pnot", "imda", "idat",
    ]

    /// The boxes of the file itself, not those in them. What cameras and programs append behind the last one, and is none, is left out.
    /// - Throws: ``IsoMediaFault`` `damaged` where one reaches past the end: the file was cut off.
    static func all(in source: some ByteSource) throws(IsoMediaFault) -> [FileBox] {
        try self.list(in: 0..<source.length, of: source, atMost: Self.maximumCount) { boxes, next in
            !Self.topLevelTypes.contains(next) && boxes.contains { $0.type == "moov" }
                && boxes.contains { $0.type == "mdat" }
        }
    }

    /// The boxes that lie side by side in a part of a file. What is left at its end and too short for a box is ignored.
    /// - Parameter mayEnd: whether the list is complete where the type that it is given begins no box.
    /// - Throws: ``IsoMediaFault``: `damaged` where one reaches past the end of the part, `tooComplex` where there are too many.
    package static func list(
        in range: Range<Int64>,
        of source: some ByteSource,
        atMost maximumCount: Int,
        mayEnd: ([FileBox], FourCC) -> Bool = { _, _ in false }
    ) throws(IsoMediaFault) -> [FileBox] {
        var boxes: [FileBox] = []
        var position = range.lowerBound
        while range.upperBound - position >= 8 {
            guard boxes.count < maximumCount else { throw .tooComplex("more than \(maximumCount) boxes") }
            let bytes = try source.read(at: position, count: BoxHeader.maximumBytes)
            let box: FileBox
            do throws(BoxHeader.Flaw) {
                guard let header = try BoxHeader(bytes.span) else { throw .truncated("    ") }
                box = try header.box(at: position, limit: range.upperBound)
                guard box.end >= box.content, box.end <= range.upperBound else { throw .size(header.type) }
            } catch {
                if mayEnd(boxes, error.type) { break }
                throw .damaged("the size of box \(error.type)")
            }
            boxes.append(box)
            position = box.end
        }
        return boxes
    }
}
