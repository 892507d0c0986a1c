/// One picture full of small ones: frames of a part of a video, side by side in rows, as players show them above the seek bar.
package struct StoryboardSheet: Hashable, Sendable, Codable {
    /// Of one small picture, in pixels.
    package let tile: PixelSize
    /// Small pictures in a full row.
    package let columns: Int
    /// Small pictures on this sheet; 1 at least.
    package let count: Int
    /// Which small picture of the video the first one is, counted from 0.
    package let first: Int
    /// Milliseconds of the video that each stands for.
    package let interval: Int
    /// The encoding of the sheet.
    package let format: RenditionFormat
    /// 1...100.
    package let quality: Int

    /// Raised when the rendering changes in a way that old results must not be kept.
    package static let version = 1

    /// What the worker may be asked for at most.
    package static let maximumCount = 100

    /// A sheet; values out of range are moved into it.
    package init(
        tile: PixelSize,
        columns: Int,
        count: Int,
        first: Int,
        interval: Int,
        format: RenditionFormat,
        quality: Int
    ) {
        self.tile = tile
        self.columns = max(1, columns)
        self.count = min(Self.maximumCount, max(1, count))
        self.first = max(0, first)
        self.interval = max(1, interval)
        self.format = format
        self.quality = min(100, max(1, quality))
    }

    /// Of the whole sheet; the last row may be short.
    package var size: PixelSize {
        let rows = (self.count + self.columns - 1) / self.columns
        return PixelSize(width: min(self.count, self.columns) * self.tile.width, height: rows * self.tile.height)
    }

    /// Where a small picture of this sheet lies, counted from 0.
    package func position(of index: Int) -> (x: Int, y: Int) {
        (index % self.columns * self.tile.width, index / self.columns * self.tile.height)
    }

    /// The time in the video that a small picture of this sheet shows, in seconds: the middle of what it stands for.
    package func timestamp(of index: Int) -> Double {
        (Double(self.first + index) + 0.5) * Double(self.interval) / 1000
    }

    /// E.g. `storyboard-160x90-5c25-f50-i2000-q70-v1.jpg`.
    package var parameters: String {
        let shape = "\(self.tile.width)x\(self.tile.height)-\(self.columns)c\(self.count)"
        let time = "f\(self.first)-i\(self.interval)"
        return "storyboard-\(shape)-\(time)-q\(self.quality)-v\(Self.version).\(self.format.type.fileExtension)"
    }
}
