/// Chapters as players read them: WebVTT, a cue for each.
///
/// Source: https://www.w3.org/TR/webvtt1/#introduction-chapters
package struct ChapterTrack: Hashable, Sendable {
    private let chapters: [AudioVideoFacts.Chapter]

    package init(_ chapters: [AudioVideoFacts.Chapter]) { self.chapters = chapters }

    /// The whole file. A chapter without a title gets its number; one without a length is left out, as no cue can be so short.
    package var text: String {
        var text = "WEBVTT\n"
        for (index, chapter) in self.chapters.enumerated() where chapter.endSeconds > chapter.startSeconds {
            let title = Self.line(chapter.title ?? "\(index + 1)")
            text += "\n\(Self.time(chapter.startSeconds)) --> \(Self.time(chapter.endSeconds))\n\(title)\n"
        }
        return text
    }

    private static func line(_ title: String) -> String {
        WebVTTText.escaped(String(title.map { $0.isNewline ? " " : $0 }))
    }

    private static func time(_ seconds: Double) -> String { WebVTTTime.text(min(max(0, seconds), 1e9)) }
}
