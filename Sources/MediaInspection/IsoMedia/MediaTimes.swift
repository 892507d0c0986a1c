/// The length of a movie or track: `mvhd` (ISO/IEC 14496-12 section 8.2.2) and `mdhd` (section 8.4.2), both versions.
struct MediaTimes: Hashable {
    /// Units per second.
    var timescale: UInt32
    /// In units; nil where the box says "unknown" (all ones).
    var duration: UInt64?

    init(timescale: UInt32, duration: UInt64?) {
        self.timescale = timescale
        self.duration = duration
    }

    /// Nil where the box is too short.
    init?(fields: ByteFields) {
        if fields.u8(0) == 1 {
            guard let timescale = fields.u32(20), let duration = fields.u64(24) else { return nil }
            self.init(timescale: timescale, duration: duration == .max ? nil : duration)
        } else {
            guard let timescale = fields.u32(12), let duration = fields.u32(16) else { return nil }
            self.init(timescale: timescale, duration: duration == .max ? nil : UInt64(duration))
        }
    }

    /// Nil where nothing sensible is said: no timescale, or more than a century.
    var seconds: Double? {
        guard self.timescale > 0, let duration else { return nil }
        let seconds = Double(duration) / Double(self.timescale)
        return seconds < 3_200_000_000 ? seconds : nil
    }
}

/// `tkhd` (section 8.3.2), both versions: how a track is shown.
struct TrackHeader: Hashable {
    var isEnabled: Bool
    /// Pixels before the matrix is applied; the box's 16.16 fixed-point numbers, rounded.
    var width: Int
    var height: Int
    /// The matrix turns by 90 or 270 degrees.
    var isOnItsSide: Bool

    /// Nil where the box is too short.
    init?(fields: ByteFields) {
        let base = fields.u8(0) == 1 ? 52 : 40
        guard let flags = fields.u8(3), let a = fields.u32(base), let b = fields.u32(base + 4),
            let c = fields.u32(base + 12), let d = fields.u32(base + 16),
            let width = fields.u32(base + 36), let height = fields.u32(base + 40)
        else { return nil }
        self.isEnabled = flags & 1 == 1
        self.width = Self.rounded(width)
        self.height = Self.rounded(height)
        self.isOnItsSide = Self.magnitude(b) > Self.magnitude(a) && Self.magnitude(c) > Self.magnitude(d)
    }

    private static func rounded(_ fixed: UInt32) -> Int { (Int(fixed) + 0x8000) >> 16 }

    private static func magnitude(_ fixed: UInt32) -> UInt32 { Int32(bitPattern: fixed).magnitude }
}
