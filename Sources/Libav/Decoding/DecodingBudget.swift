/// How much one job may decode. Counted in pixels and packets, not in time, so that the same film gives the same pictures on a
/// slow machine and on a busy one.
struct DecodingBudget {
    /// Pixels of decoded frames that are left, shown ones and those on the way to them.
    private var pixels: Int
    /// Packets that are left, of all streams.
    private var packets: Int

    /// - Parameters:
    ///   - pixels: 1.5 thousand million are ten seconds of HEVC on one slow core, and a minute of 720p.
    ///   - packets: those of damaged or foreign streams cost no pixels.
    init(pixels: Int = 1_500_000_000, packets: Int = 50_000) {
        self.pixels = pixels
        self.packets = packets
    }

    /// False when only what was found so far may be used.
    var isLeft: Bool { self.pixels > 0 && self.packets > 0 }

    mutating func countPacket() { self.packets -= 1 }
    mutating func countFrame(pixels: Int) { self.pixels -= pixels }
}
