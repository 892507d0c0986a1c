/// How much one job may decode. Counted in pixels and packets, not in time, so that the same video gives the same pictures on a
/// slow machine and on a busy one.
package struct DecodingBudget: Sendable {
    /// Pixels of decoded frames that are left, shown ones and those on the way to them.
    private var pixels: Int
    /// Packets that are left, of all streams: those of damaged or foreign streams cost no pixels.
    private var packets: Int
    /// Below zero by so many, nothing is decoded any more.
    private let overdraft: (pixels: Int, packets: Int)

    /// A budget of so many pixels and packets; nothing is decoded once either is exceeded by half.
    package init(pixels: Int, packets: Int) {
        self.pixels = pixels
        self.packets = packets
        self.overdraft = (pixels / 2, packets / 2)
    }

    /// For a picture or a sheet of them: ten seconds of HEVC on one slow core, a minute of 720p.
    package static let rendition = DecodingBudget(pixels: 1_500_000_000, packets: 50_000)

    /// For the inspection of a video, which an upload waits for.
    package static let inspection = DecodingBudget(pixels: 300_000_000, packets: 10_000)

    /// False when frames must do that are near, and no way is gone to the very one.
    var isAmple: Bool { self.pixels > 0 && self.packets > 0 }

    /// False when nothing more may be decoded.
    var isLeft: Bool { self.pixels > -self.overdraft.pixels && self.packets > -self.overdraft.packets }

    mutating func countPacket() { self.packets -= 1 }
    mutating func countFrame(pixels: Int) { self.pixels -= min(pixels, 1 << 40) }
}
