/// The directory of an icon or a cursor: its first entry may be a picture of 256 pixels, whose size is written as 0, and libmagic
/// takes the file for a Targa picture then.
enum IconDirectory {
    /// The essence; nil where an entry points outside of the file.
    static func essence(_ fields: ByteFields, length: Int64) -> String? {
        guard fields.starts(with: [0, 0]), let kind = fields.littleEndian(2, width: 2), kind == 1 || kind == 2,
            let count = fields.littleEndian(4, width: 2), (1...1000).contains(count)
        else { return nil }
        let first = 6 + 16 * count
        for index in 0..<min(Int(count), 64) {
            let entry = 6 + 16 * index
            guard let size = fields.littleEndian(entry + 8, width: 4),
                let place = fields.littleEndian(entry + 12, width: 4),
                size >= 16, place >= first, place + size <= UInt64(max(0, length))
            else { return nil }
        }
        return kind == 1 ? "image/vnd.microsoft.icon" : "image/x-win-bitmap"
    }
}
