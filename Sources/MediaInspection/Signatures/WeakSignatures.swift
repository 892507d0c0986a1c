import MediaCore

/// Formats without a magic number: asked last, and only where the bytes fit as a whole.
enum WeakSignatures {
    /// - Parameter prefix: the first bytes of the file.
    /// - Parameter length: of the whole file.
    static func essence(_ prefix: [UInt8], length: Int64) -> String? {
        if self.isGsm(prefix, length: length) { return "audio/gsm" }
        if self.isWirelessBitmap(prefix, length: length) { return "image/vnd.wap.wbmp" }
        return self.elementaryStream(prefix) ?? self.lateSound(prefix)
    }

    /// Sound that begins in the middle: a piece of a broadcast, or one behind zeros. A chain of frames proves it.
    private static func lateSound(_ prefix: [UInt8]) -> String? {
        for start in prefix.indices.prefix(8 << 10) where prefix[start] == 0xFF {
            if let essence = AudioFrames.essence(prefix[start...], needed: 8) { return essence }
        }
        return nil
    }

    /// GSM 06.10 as files hold it (RFC 3551 section 4.5.8): frames of 33 bytes, each beginning with the half byte 0xD.
    private static func isGsm(_ prefix: [UInt8], length: Int64) -> Bool {
        let starts = stride(from: 0, to: prefix.count, by: 33)
        return length % 33 == 0 && length >= 33 * 8 && starts.allSatisfy { prefix[$0] >> 4 == 0xD }
    }

    /// WBMP of type 0 (WAP-237 section 4.5): two zeros, width and height in sevens of bits, and exactly as many bytes as they need.
    private static func isWirelessBitmap(_ prefix: [UInt8], length: Int64) -> Bool {
        guard prefix.count > 4, prefix[0] == 0, prefix[1] == 0 else { return false }
        var position = 2
        func number() -> Int64? {
            var value: Int64 = 0
            for _ in 0..<3 where position < prefix.count {
                let byte = prefix[position]
                position += 1
                value = value << 7 | Int64(byte & 0x7F)
                if byte & 0x80 == 0 { return value }
            }
            return nil
        }
        guard let width = number(), let height = number(), width > 0, height > 0 else { return false }
        return Int64(position) + (width + 7) / 8 * height == length
    }

    /// H.264 and H.265 in Annex B form: a start code, then a parameter set or the delimiter that may come before it.
    private static func elementaryStream(_ prefix: [UInt8]) -> String? {
        var rest = prefix[...]
        if rest.starts(with: [0, 0, 0, 1]) {
            rest = rest.dropFirst(4)
        } else if rest.starts(with: [0, 0, 1]) {
            rest = rest.dropFirst(3)
        } else {
            return nil
        }
        guard let first = rest.first, let second = rest.dropFirst().first else { return nil }
        // A video or sequence parameter set, or a delimiter, of the base layer (ITU-T H.265 section 7.3.1.2).
        if [0x40, 0x42, 0x46].contains(first), second == 0x01 { return "video/h265" }
        // The same for H.264 (section 7.3.1); its profile is one that exists.
        let profiles: Set<UInt8> = [44, 66, 77, 83, 86, 88, 100, 110, 118, 122, 128, 138, 139, 144, 244]
        if first & 0x9F == 7, first >> 5 != 0, profiles.contains(second) { return "video/h264" }
        return first == 0x09 && second & 0x1F == 0x10 ? "video/h264" : nil
    }
}
