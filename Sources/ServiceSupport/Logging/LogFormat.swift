package import Logging

/// How a line of the log is written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For people: time, level, label, metadata, source and message, as swift-log's own handler writes them.
    case text
    /// For programs: one JSON object a line.
    case json

    /// A handler that makes lines of this format.
    /// - Parameter write: takes each line, its newline included; called where the logging is done, so it must not block.
    package func handler(
        label: String,
        level: Logger.Level,
        write: @escaping @Sendable (String) -> Void
    ) -> any LogHandler {
        switch self {
        case .text:
            var handler = StreamLogHandler(label: label, stream: LineStream(write: write))
            handler.logLevel = level
            return handler
        case .json:
            var handler = JSONLogHandler(label: label, write: write)
            handler.logLevel = level
            return handler
        }
    }
}

/// What swift-log's handler writes its lines to: it writes each with one call, and escapes nothing.
private struct LineStream: TextOutputStream, Sendable {
    let write: @Sendable (String) -> Void

    mutating func write(_ string: String) { self.write(LogLine.escaped(string)) }
}
