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
            let title = Self.escaped(chapter.title ?? "\(index + 1)")
            text += "\n\(Self.time(chapter.startSeconds)) --> \(Self.time(chapter.endSeconds))\n\(title)\n"
        }
        return text
    }

    private static func escaped(_ title: String) -> String {
        var text = ""
        for character in title {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case _ where character.isNewline: text += " "
            default: text.append(character)
            }
        }
        return text
    }

    /// `01:02:03.004`.
    private static func time(_ seconds: Double) -> String {
        let milliseconds = Int((min(max(0, seconds), 1e9) * 1000).rounded())
        func digits(_ value: Int, _ count: Int) -> String {
            let text = "\(value)"
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let whole = milliseconds / 1000
        return digits(whole / 3600, 2) + ":" + digits(whole / 60 % 60, 2) + ":" + digits(whole % 60, 2) + "."
            + digits(milliseconds % 1000, 3)
    }
}
