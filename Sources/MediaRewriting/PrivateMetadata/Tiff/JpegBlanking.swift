import IsoMedia
import MediaCore

/// A JPEG stream that has to keep its length: what private segments hold becomes zeros.
enum JpegBlanking {
    /// More is not in front of a picture.
    private static let maximumHead = 4 << 20

    /// - Parameter range: of the stream in its file. Nothing changes where it is none.
    static func changes(
        in range: Range<Int64>,
        of source: any ByteSource
    ) throws(MetadataFault) -> [MovieBlanking.Change] {
        guard range.count >= 4, try source.metadata(at: range.lowerBound, count: 2) == [0xFF, 0xD8] else { return [] }
        var changes: [MovieBlanking.Change] = []
        var position = range.lowerBound + 2
        while position < range.upperBound - 4, position - range.lowerBound < Self.maximumHead {
            let head = try source.metadata(at: position, count: 18)
            guard head.count >= 4, head[0] == 0xFF else { break }
            // Fill bytes, and markers without content.
            if head[1] == 0xFF {
                position += 1
                continue
            }
            guard head[1] != 0xDA, head[1] != 0xD9, head[1] >= 0xC0, !(0xD0...0xD8).contains(head[1]) else { break }
            let end = position + 2 + Int64(head[2]) << 8 + Int64(head[3])
            guard end <= range.upperBound, end >= position + 4 else { break }
            if !self.isNeeded(head[1], head[4...]) { changes.append(.zeros(position + 4..<end)) }
            position = end
        }
        return changes.filter { !$0.range.isEmpty }
    }

    /// Frames, tables and restarts; profiles, and Adobe's word on the colours.
    private static func isNeeded(_ marker: UInt8, _ content: ArraySlice<UInt8>) -> Bool {
        switch marker {
        case 0xC0...0xDF: true
        case 0xE0: content.starts(with: Array("JFIF\0".utf8))
        case 0xE2: content.starts(with: Array("ICC_PROFILE\0".utf8))
        case 0xEE: content.starts(with: Array("Adobe".utf8))
        default: false
        }
    }
}
