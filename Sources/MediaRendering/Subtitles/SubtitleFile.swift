import MediaCore

/// A file of subtitles beside a video: WebVTT or SubRip.
struct SubtitleFile {
    private let text: String
    private let type: MediaType

    private static let maximumLengthBytes: Int64 = 16 << 20

    /// - Throws: ``MediaError`` `not_streamable` for files of other types or that no video has.
    init(_ source: DescriptorSource, type: MediaType) throws(MediaError) {
        guard type.isSubtitles, source.length <= Self.maximumLengthBytes else {
            throw MediaError(.notStreamable, "These are no subtitles: WebVTT and SubRip of up to 16 MiB are.")
        }
        do {
            self.text = SubtitleText.decode(try source.bytes(at: 0, count: Int(source.length)))
        } catch {
            throw MediaError(.storageUnavailable, "The file could not be read.", cause: error)
        }
        self.type = type
    }

    func webVTT(lead: Int) -> [UInt8] {
        guard self.type == .vtt else { return WebVTT(cues: SubRip.cues(in: self.text)).bytes(lead: lead) }
        // As it is, styles and positions included, but for the head: whoever wrote it knew nothing of this stream.
        let lines = SubtitleText.lines(self.text.replacing("\0", with: "\u{FFFD}"))
        let body = lines.dropFirst().drop { !$0.isEmpty }
        return Array((WebVTT.head(lead: lead) + body.joined(separator: "\n") + "\n").utf8)
    }
}
