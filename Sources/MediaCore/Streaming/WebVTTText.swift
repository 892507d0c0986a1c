/// Texts as the cues of WebVTT hold them.
///
///     WebVTTText.escaped("a --> b")   // "a --&gt; b"
///
/// Source: https://www.w3.org/TR/webvtt1/#webvtt-cue-text-span
package enum WebVTTText {
    /// - Parameter text: plain, without tags. `-->` inside of it would begin a cue: that is why `>` is escaped too.
    package static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\0": result += "\u{FFFD}"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
