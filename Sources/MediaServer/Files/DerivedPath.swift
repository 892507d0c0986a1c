/// What stands below a file's path: something made from it, under a path of its own.
///
/// Only the path is looked at; whether there is such a file, and whether this can be made from it, is seen later. A file of the tree
/// can have such a path too, below a folder that is named like a file: it is served where the shorter path leads to nothing.
enum DerivedPath: Hashable, Sendable {
    /// `<file>/storyboard.vtt` and `<file>/storyboard/<part>`: what is behind the file, in segments.
    case storyboard([String])
    /// `<file>/chapters.vtt`.
    case chapters
    /// `<file>/hls/<part>...`: what is behind `hls`, one to three segments.
    case stream([String])

    /// - Parameter segments: behind `/files`, decoded.
    /// - Returns: the file's segments, two at least, and what is asked for of it; nil for the path of a file.
    static func split(_ segments: some Collection<String>) -> (file: [String], part: DerivedPath)? {
        let segments = Array(segments)
        if segments.count >= 3, segments.last == "storyboard.vtt" {
            return (segments.dropLast(), .storyboard(segments.suffix(1)))
        }
        if segments.count >= 3, segments.last == "chapters.vtt" { return (segments.dropLast(), .chapters) }
        if segments.count >= 4, segments[segments.count - 2] == "storyboard" {
            return (segments.dropLast(2), .storyboard(segments.suffix(2)))
        }
        for count in 1...3 where segments.count >= count + 3 && segments[segments.count - count - 1] == "hls" {
            return (segments.dropLast(count + 1), .stream(segments.suffix(count)))
        }
        return nil
    }
}
