/// The one thing of EXIF that a picture cannot be shown without: which way is up.
///
/// Source: Exif 2.32 (CIPA DC-008) section 4.6; TIFF 6.0 section 2.
enum ExifOrientation {
    /// The orientation, 2...8, of a TIFF structure at the beginning of `range`; nil where it is upright or says nothing.
    static func read(_ bytes: ByteView, in range: Range<Int>) -> Int? {
        let start = range.lowerBound
        let isLittle = bytes.starts(with: "II", at: start)
        guard isLittle || bytes.starts(with: "MM", at: start) else { return nil }
        func number(_ offset: Int, _ width: Int) -> Int? {
            guard offset >= start, offset <= range.upperBound - width else { return nil }
            return isLittle ? bytes.littleEndian(offset, width: width) : bytes.bigEndian(offset, width: width)
        }
        guard number(start + 2, 2) == 42, let directory = number(start + 4, 4),
            let count = number(start + directory, 2)
        else { return nil }
        for entry in 0..<count {
            let offset = start + directory + 2 + 12 * entry
            guard let tag = number(offset, 2) else { return nil }
            guard tag == 0x0112 else { continue }
            // BYTE, SHORT, LONG, and the signed ones, which old software writes: the values stand at the field's beginning.
            guard let type = number(offset + 2, 2), let width = [1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4][type],
                let value = number(offset + 8, width), (2...8).contains(value)
            else { return nil }
            return value
        }
        return nil
    }

    /// A TIFF structure that holds an orientation and nothing else; 26 bytes.
    static func structure(_ orientation: Int) -> [UInt8] {
        let value = UInt8(truncatingIfNeeded: orientation)
        let header: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8]
        let entry: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0]
        return header + [0, 1] + entry + [0, 0, 0, 0]
    }

    /// A TIFF structure that holds nothing; 14 bytes.
    static let emptyStructure: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]
}
