/// Times as WebVTT writes them.
///
///     WebVTTTime.text(3723.004)   // "01:02:03.004"
///
/// Source: https://www.w3.org/TR/webvtt1/#webvtt-timestamp
package enum WebVTTTime {
    /// - Parameter seconds: finite, not negative, rounded to milliseconds; the caller has its bound.
    package static func text(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        let clock = [milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds / 1000 % 60]
        let text = clock.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return text + "." + String("00\(milliseconds % 1000)".suffix(3))
    }
}
