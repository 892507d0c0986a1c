/// All small pictures of a video: which sheets there are, and what lies where on them. Worked out from the record alone.
package struct Storyboard: Hashable, Sendable {
    /// What holds for all videos. Every field is a configuration key (`films.storyboard*`).
    package struct Rules: Hashable, Sendable {
        /// Pixels of a small picture's longer side.
        package var side: Int
        /// Seconds that each stands for, at least.
        package var interval: Int
        /// Small pictures of one video at most: a longer video has a longer interval.
        package var maximumTiles: Int
        /// 1...100.
        package var quality: Int

        /// Rules with the values of the documentation.
        package init(side: Int = 160, interval: Int = 2, maximumTiles: Int = 500, quality: Int = 70) {
            self.side = side
            self.interval = interval
            self.maximumTiles = maximumTiles
            self.quality = quality
        }
    }

    /// Small pictures side by side in a full row of a sheet.
    package static let columns = 5
    /// Rows of a full sheet.
    package static let rows = 5

    /// Of one small picture.
    package let tile: PixelSize
    /// Seconds.
    package let interval: Int
    /// Of the video.
    package let durationSeconds: Double
    private let quality: Int

    /// Nil where the video has no size or no length.
    package init?(of video: MediaFile, rules: Rules) {
        guard video.type.isDecodableVideo, let size = video.dimensions, size.width > 0, size.height > 0,
            let duration = video.durationSeconds, duration > 0
        else { return nil }
        let scale = min(1, Double(rules.side) / Double(max(size.width, size.height)))
        self.tile = PixelSize(
            width: max(1, Int((Double(size.width) * scale).rounded())),
            height: max(1, Int((Double(size.height) * scale).rounded()))
        )
        self.interval = max(rules.interval, Int((duration / Double(max(1, rules.maximumTiles))).rounded(.up)))
        self.durationSeconds = duration
        self.quality = rules.quality
    }

    /// Small pictures in all.
    package var tiles: Int { max(1, Int((self.durationSeconds / Double(self.interval)).rounded(.up))) }

    /// How many sheets there are; the last one may be short.
    package var sheets: Int { (self.tiles + Self.rows * Self.columns - 1) / (Self.rows * Self.columns) }

    /// - Parameter number: from 1 to ``sheets``.
    /// - Returns: nil outside.
    package func sheet(_ number: Int, format: RenditionFormat) -> StoryboardSheet? {
        guard (1...self.sheets).contains(number) else { return nil }
        let first = (number - 1) * Self.rows * Self.columns
        return StoryboardSheet(
            tile: self.tile,
            columns: Self.columns,
            count: min(Self.rows * Self.columns, self.tiles - first),
            first: first,
            interval: self.interval * 1000,
            format: format,
            quality: self.quality
        )
    }

    /// The track as players read it: WebVTT whose cues hold the address of a sheet and, as a media fragment, the part of it.
    ///
    /// Sources: https://www.w3.org/TR/webvtt1/, https://www.w3.org/TR/media-frags/#naming-space
    /// - Parameter address: of a sheet by its number, relative to the track's own.
    package func track(_ address: (Int) -> String) -> String {
        var text = "WEBVTT\n"
        for number in 1...self.sheets {
            guard let sheet = self.sheet(number, format: .jpeg) else { continue }
            let sheetAddress = address(number)
            for index in 0..<sheet.count {
                let start = Double((sheet.first + index) * self.interval)
                let end = min(start + Double(self.interval), self.durationSeconds)
                let (x, y) = sheet.position(of: index)
                text += """

                    \(WebVTTTime.text(start)) --> \(WebVTTTime.text(end))
                    \(sheetAddress)#xywh=\(x),\(y),\(self.tile.width),\(self.tile.height)

                    """
            }
        }
        return text
    }
}
