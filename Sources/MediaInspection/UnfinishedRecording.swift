import MediaCore

/// Recordings whose writer never came back to their head: it was killed, or wrote to a pipe. What the head says of the length is nothing
/// then, or the largest number there is.
enum UnfinishedRecording {
    private static let headBytes = 64 << 10

    /// True for an AVI whose first chunk does not end inside of the file, and for Flash video without a duration among its metadata.
    /// False for all others: their demuxers know.
    static func lacksLength(_ type: MediaType, _ source: some ByteSource) -> Bool {
        guard type == MediaType("video/x-msvideo") || type == MediaType("video/x-flv"),
            let bytes = try? source.read(at: 0, count: self.headBytes)
        else { return false }
        let fields = ByteFields(bytes)
        if type == MediaType("video/x-flv") { return self.duration(in: fields) == nil }
        // RIFF: the size counts from behind itself. What a program appended is no fault.
        guard let size = fields.littleEndian(4, width: 4) else { return false }
        return size == 0 || Int64(size) + 8 > source.length
    }

    /// Adobe Flash Video File Format 10.1, section E.5 and AMF 0: the name, a marker of a number, the number.
    private static func duration(in fields: ByteFields) -> Double? {
        let name = [0, 8] + Array("duration".utf8) + [0]
        for place in fields.bytes.indices.dropLast(name.count) where fields.starts(with: name, at: place) {
            let seconds = fields.u64(place + name.count).map(Double.init(bitPattern:)) ?? 0
            if seconds > 0, seconds.isFinite { return seconds }
        }
        return nil
    }
}
