/// Pictures in the form that transport streams have: start codes instead of lengths, and what decoders need to begin in front of
/// each key frame (ISO/IEC 14496-10 annex B, 23008-2 annex B).
struct ParameterSets: Hashable, Sendable {
    /// Start codes included.
    private var sets: [UInt8] = []
    /// Tells where a picture begins.
    private let delimiter: [UInt8]
    /// Bytes of a unit's length.
    private let lengthSize: Int

    private static let startCode: [UInt8] = [0, 0, 0, 1]

    init(of entry: SampleEntry) throws(IsoMediaFault) {
        guard let box = try BoxContent(entry.box).boxes().first else { throw .damaged("a sample entry") }
        let children = try box.content.boxes(from: 78)
        if let record = children["avcC"] {
            self.delimiter = [9, 0xF0]
            self.lengthSize = Int(try record.u8(4) & 3) + 1
            var position = 6
            try self.take(Int(try record.u8(5) & 0x1F), from: record, &position)
            let count = Int(try record.u8(position))
            position += 1
            try self.take(count, from: record, &position)
        } else {
            let record = try children.required("hvcC")
            self.delimiter = [0x46, 1, 0x50]
            self.lengthSize = Int(try record.u8(21) & 3) + 1
            var position = 23
            for _ in 0..<Int(try record.u8(22)) {
                let count = Int(try record.u16(position + 1))
                position += 3
                try self.take(count, from: record, &position)
            }
        }
    }

    /// Units with their length in front.
    private mutating func take(_ count: Int, from record: BoxContent, _ position: inout Int) throws(IsoMediaFault) {
        for _ in 0..<count {
            let length = Int(try record.u16(position))
            self.sets += Self.startCode + (try record.part(position + 2, count: length).bytes)
            position += 2 + length
        }
    }

    /// One picture.
    func picture(_ sample: [UInt8], isKeyFrame: Bool) throws(IsoMediaFault) -> [UInt8] {
        var result = Self.startCode + self.delimiter
        result.reserveCapacity(sample.count + 256)
        if isKeyFrame { result += self.sets }
        var position = 0
        while position + self.lengthSize <= sample.count {
            var length = 0
            for byte in sample[position..<position + self.lengthSize] { length = length << 8 | Int(byte) }
            position += self.lengthSize
            guard length <= sample.count - position else { throw .damaged("a frame") }
            let unit = sample[position..<position + length]
            position += length
            // Its own delimiter has been written.
            guard let first = unit.first, !self.isDelimiter(first) else { continue }
            result += Self.startCode
            result += unit
        }
        return result
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        self.delimiter.count == 2 ? byte & 0x1F == 9 : byte >> 1 & 0x3F == 35
    }
}
